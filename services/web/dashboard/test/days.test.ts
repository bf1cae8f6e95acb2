import { expect, test } from "vitest";
import { addDays, countDays, firstOfMonth, isDay, lastOfMonth, todayIn } from "../src/lib/days";

test("days are added across months, years and clock changes", () => {
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  expect(addDays("2026-03-29", -1)).toBe("2026-03-28");
  expect(countDays("2026-10-25", "2026-10-26")).toBe(2);
});

test("months end on their own last day", () => {
  expect(lastOfMonth("2028-02-10")).toBe("2028-02-29");
  expect(firstOfMonth("2026-01-31", -1)).toBe("2025-12-01");
  expect(lastOfMonth("2026-01-31", 1)).toBe("2026-02-28");
});

test("an invalid day is recognized", () => {
  expect(isDay("2026-11-22")).toBe(true);
  for (const text of ["2026-13-01", "22.11.2026", "", "2026-1-1"]) expect(isDay(text)).toBe(false);
});

test("today depends on the time zone", () => {
  const now = Date.parse("2026-11-22T11:30:00Z");
  expect(todayIn("Pacific/Auckland", now)).toBe("2026-11-23");
  expect(todayIn("America/Los_Angeles", now)).toBe("2026-11-22");
  expect(todayIn("Nowhere/Land", now)).toBe("2026-11-22");
});
