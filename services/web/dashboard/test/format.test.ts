import { expect, test } from "vitest";
import { count, duration, label, percent } from "../src/format";

test.each([
  [0, "0"],
  [9999, "9,999"],
  [12345, "12.3K"],
  [2_500_000, "2.5M"],
])("%d is written %s", (value, expected) => expect(count(value)).toBe(expected));

test.each([
  [0, "0s"],
  [59.6, "1m 0s"],
  [75, "1m 15s"],
  [3725, "1h 2m"],
])("%d seconds are %s", (seconds, expected) => expect(duration(seconds)).toBe(expected));

test("percents are whole", () => expect(percent(42.6)).toBe("43%"));

test.each([
  ["2026-11-22T07:00:00+01:00", "hour", "07:00"],
  ["2026-11-22T00:00:00-08:00", "day", "Nov 22"],
  ["2026-11-22", "day", "Nov 22"],
  ["2026-11-01T00:00:00Z", "month", "Nov 2026"],
  ["?", "day", "?"],
] as const)("%s by %s is labelled %s, by the site's own clock", (time, interval, expected) =>
  expect(label(time, interval)).toBe(expected),
);
