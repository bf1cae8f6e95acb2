import { expect, test } from "vitest";
import { isFiltered, parseFilter, serializeFilter, toggleFilter } from "../src/lib/filters";

test.each([
  { dimension: "country", operator: "is", values: ["NZ", "DE"] },
  { dimension: "page", operator: "contains", values: ["a|b\\c"] },
  { dimension: "property.a:b", operator: "is_not", values: [""] },
] as const)("%j survives serializing and parsing", (filter) =>
  expect(parseFilter(serializeFilter(filter))).toEqual(filter),
);

test("a colon in a property's key is escaped", () => {
  expect(serializeFilter({ dimension: "property.a:is:b", operator: "is", values: ["c"] })).toBe(
    "property.a\\:is\\:b:is:c",
  );
  expect(parseFilter("property.a\\:is\\:b:is:c")?.dimension).toBe("property.a:is:b");
});

test("an invalid filter is ignored", () => {
  for (const text of ["", "country", "country:was:NZ", ":is:NZ"]) expect(parseFilter(text)).toBeNull();
});

test("toggling adds a value, adds another, and removes one that is there", () => {
  const one = toggleFilter([], "country", "NZ");
  const two = toggleFilter(one, "country", "DE");
  expect(two).toEqual([{ dimension: "country", operator: "is", values: ["NZ", "DE"] }]);
  expect(isFiltered(two, "country", "DE")).toBe(true);
  expect(toggleFilter(toggleFilter(two, "country", "NZ"), "country", "DE")).toEqual([]);
});

test("toggling keeps filters of other dimensions and operators", () => {
  const not = { dimension: "country", operator: "is_not", values: ["US"] } as const;
  expect(toggleFilter([not], "country", "NZ")).toEqual([not, { dimension: "country", operator: "is", values: ["NZ"] }]);
});
