import { expect, test } from "vitest";
import { duration, getFormats, percentChange } from "../src/lib/format";

const { compact, number, percent, date, dateRange, relativeTime } = getFormats("en");

test.each([
  [0, "0"],
  [9999, "9,999"],
  [12345, "12.3K"],
  [2_500_000, "2.5M"],
])("%d is formatted as %s", (value, expected) => expect(compact(value)).toBe(expected));

test("an exact number is not abbreviated", () => expect(number(12345)).toBe("12,345"));

test.each([
  [0, "0s"],
  [59.6, "1m 0s"],
  [75, "1m 15s"],
  [3725, "1h 2m"],
])("%d seconds are formatted as %s", (seconds, expected) => expect(duration(seconds)).toBe(expected));

test("percents are whole numbers unless digits are requested", () => {
  expect(percent(42.6)).toBe("43%");
  expect(percent(1.62, 1)).toBe("1.6%");
});

test("German numbers are formatted in German", () => {
  expect(getFormats("de").number(12345)).toBe("12.345");
  expect(getFormats("de").percent(1.62, 1)).toBe("1,6\u00a0%");
});

test("a date range repeats nothing", () => {
  expect(date("2026-11-22")).toBe("Nov 22, 2026");
  expect(dateRange("2026-11-22", "2026-11-22")).toBe("Nov 22, 2026");
  expect(dateRange("2026-11-01", "2026-11-22").replace(/\s/g, " ")).toBe("Nov 1 – 22, 2026");
});

test.each([
  [30, "30 seconds ago"],
  [200, "3 minutes ago"],
  [7200, "2 hours ago"],
  [86400 * 40, "last month"],
])("%d seconds ago is %s", (seconds, expected) => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  expect(relativeTime(new Date(now - seconds * 1000).toISOString(), now)).toBe(expected);
});

test("a change is in percent, and undefined from zero", () => {
  expect(percentChange(150, 100)).toBe(50);
  expect(percentChange(0, 0)).toBe(0);
  expect(percentChange(5, 0)).toBeNull();
});
