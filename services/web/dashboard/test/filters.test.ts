import { expect, test } from "vitest";
import { isFiltered, parseFilter, serializeFilter, toggleFilter } from "../src/lib/filters";

test.each([
  { dimension: "country", operator: "is", values: ["NZ", "DE"] },
  { dimension: "page", operator: "contains", values: ["a|b\\c"] },
  { dimension: "property.a:b", operator: "is_not", values: [""] },
] as const)("%j is read as it was written", (filter) => expect(parseFilter(serializeFilter(filter))).toEqual(filter));

test("a colon in the key of a property is told from the one that ends it", () => {
  expect(serializeFilter({ dimension: "property.a:is:b", operator: "is", values: ["c"] })).toBe(
    "property.a\\:is\\:b:is:c",
  );
  expect(parseFilter("property.a\\:is\\:b:is:c")?.dimension).toBe("property.a:is:b");
});

test("what is no filter is none", () => {
  for (const text of ["", "country", "country:was:NZ", ":is:NZ"]) expect(parseFilter(text)).toBeNull();
});

test("a click chooses a value, another one more, and the same one takes it back", () => {
  const one = toggleFilter([], "country", "NZ");
  const two = toggleFilter(one, "country", "DE");
  expect(two).toEqual([{ dimension: "country", operator: "is", values: ["NZ", "DE"] }]);
  expect(isFiltered(two, "country", "DE")).toBe(true);
  expect(toggleFilter(toggleFilter(two, "country", "NZ"), "country", "DE")).toEqual([]);
});

test("filters of other dimensions and operators stay", () => {
  const not = { dimension: "country", operator: "is_not", values: ["US"] } as const;
  expect(toggleFilter([not], "country", "NZ")).toEqual([not, { dimension: "country", operator: "is", values: ["NZ"] }]);
});
