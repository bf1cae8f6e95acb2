import { expect, test } from "vitest";
import { isChosen, parseFilter, toggled, writeFilter } from "../src/lib/filters";

test.each([
  { dimension: "country", operator: "is", values: ["NZ", "DE"] },
  { dimension: "page", operator: "contains", values: ["a|b\\c"] },
  { dimension: "property.a:b", operator: "is_not", values: [""] },
] as const)("%j is read as it was written", (filter) => expect(parseFilter(writeFilter(filter))).toEqual(filter));

test("a colon in the key of a property is told from the one that ends it", () => {
  expect(writeFilter({ dimension: "property.a:is:b", operator: "is", values: ["c"] })).toBe("property.a\\:is\\:b:is:c");
  expect(parseFilter("property.a\\:is\\:b:is:c")?.dimension).toBe("property.a:is:b");
});

test("what is no filter is none", () => {
  for (const text of ["", "country", "country:was:NZ", ":is:NZ"]) expect(parseFilter(text)).toBeNull();
});

test("a click chooses a value, another one more, and the same one takes it back", () => {
  const one = toggled([], "country", "NZ");
  const two = toggled(one, "country", "DE");
  expect(two).toEqual([{ dimension: "country", operator: "is", values: ["NZ", "DE"] }]);
  expect(isChosen(two, "country", "DE")).toBe(true);
  expect(toggled(toggled(two, "country", "NZ"), "country", "DE")).toEqual([]);
});

test("filters of other dimensions and operators stay", () => {
  const not = { dimension: "country", operator: "is_not", values: ["US"] } as const;
  expect(toggled([not], "country", "NZ")).toEqual([not, { dimension: "country", operator: "is", values: ["NZ"] }]);
});
