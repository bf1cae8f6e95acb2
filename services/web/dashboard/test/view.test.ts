import { expect, test } from "vitest";
import {
  addComparison,
  DEFAULT_VIEW,
  parseView,
  reportParams,
  serializeView,
  shiftPeriod,
  suitableIntervals,
  type View,
} from "../src/lib/view";

const view = (search: string): View => parseView(search);

test("the default view has no query string", () => {
  expect(serializeView(DEFAULT_VIEW)).toBe("");
  expect(serializeView(view(""))).toBe("");
});

test.each([
  "?period=7d",
  "?period=custom&from=2026-01-01&to=2026-01-31&compare=year",
  "?period=month&until=2026-02-28&metric=pageviews&interval=week",
  "?compare=custom&compare_from=2025-01-01&compare_to=2025-01-31",
  "?filter=country%3Ais%3ANZ%7CDE&filter=page%3Astarts_with%3A%2Fblog",
])("%s is parsed and serialized without a change", (search) => expect(serializeView(view(search))).toBe(search));

test.each([
  "?period=eon",
  "?period=custom&from=2026-02-01&to=2026-01-01",
  "?filter=nonsense",
  "?interval=second",
  "?until=soon",
  "?compare=custom",
])("%s is invalid and gives the default view", (search) => expect(serializeView(view(search))).toBe(""));

test("a current period is requested by name, an earlier one by its days", () => {
  expect(reportParams(view("?period=7d")).toString()).toBe("period=7d");
  expect(reportParams(view("?period=7d&until=2026-11-10")).toString()).toBe(
    "period=custom&from=2026-11-04&to=2026-11-10",
  );
});

test("the period of all time has no comparison", () => {
  const compared = (search: string) => addComparison(reportParams(view(search)), view(search)).get("compare");
  expect(compared("?compare=previous")).toBe("previous");
  expect(compared("?period=all&compare=previous")).toBeNull();
});

const TODAY = "2026-11-22";

test.each([
  ["?period=day", -1, "?period=day&until=2026-11-21"],
  ["?period=day&until=2026-11-21", 1, "?period=day"],
  ["?period=7d", -1, "?period=7d&until=2026-11-15"],
  ["?period=month", -1, "?period=month&until=2026-10-31"],
  ["?period=month&until=2026-10-31", 1, "?period=month"],
  ["?period=year", -1, "?period=year&until=2025-11-30"],
  ["?period=custom&from=2026-01-01&to=2026-01-10", -1, "?period=custom&from=2025-12-22&to=2025-12-31"],
] as const)("%s, moved by %d, is %s", (search, direction, expected) =>
  expect(serializeView(shiftPeriod(view(search), direction, TODAY)!)).toBe(expected),
);

test.each(["?period=day", "?period=month", "?period=all", "?period=custom&from=2026-11-20&to=2026-11-22"])(
  "nothing comes after %s",
  (search) => expect(shiftPeriod(view(search), 1, TODAY)).toBeNull(),
);

test("suitable intervals give at least two points, and not thousands", () => {
  expect(suitableIntervals(1)).toEqual(["hour"]);
  expect(suitableIntervals(30)).toEqual(["hour", "day", "week"]);
  expect(suitableIntervals(365)).toEqual(["day", "week", "month"]);
  expect(suitableIntervals(3650)).toEqual(["week", "month"]);
});
