import { expect, test } from "vitest";
import { niceTop } from "../src/scale";

test.each([
  [0, 2],
  [2, 2],
  [3, 4],
  [7, 8],
  [10, 10],
  [11, 20],
  [650, 800],
  [99_999, 100_000],
])("an axis for %d ends at %d", (value, expected) => expect(niceTop(value)).toBe(expected));
