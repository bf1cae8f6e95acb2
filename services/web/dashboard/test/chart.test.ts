import { expect, test } from "vitest";
import type { Metrics, Timeseries } from "../src/api/types";
import { isRunning, longLabel, shortLabel } from "../src/site/chart/buckets";
import { axisMax, bucketTimes, chartData } from "../src/site/chart/chartOptions";

test.each([
  ["2026-11-22T07:00:00+01:00", "hour", "07:00"],
  ["2026-11-22T00:00:00-08:00", "day", "Nov 22"],
  ["2026-11-01T00:00:00+00:00", "month", "Nov 2026"],
] as const)("%s by %s is labeled %s, in the site's time zone", (time, interval, expected) =>
  expect(shortLabel(time, interval, "en")).toBe(expected),
);

test("the tooltip includes the day of the week", () => {
  expect(longLabel("2026-11-22T00:00:00+13:00", "day", "en")).toBe("Sun, November 22, 2026");
});

test("a bucket is running until the next one starts", () => {
  const at = (text: string) => Date.parse(text);
  expect(isRunning("2026-11-22T10:00:00+00:00", "hour", at("2026-11-22T10:59:00Z"))).toBe(true);
  expect(isRunning("2026-11-22T10:00:00+00:00", "hour", at("2026-11-22T11:00:00Z"))).toBe(false);
  expect(isRunning("2026-02-01T00:00:00+00:00", "month", at("2026-03-01T00:00:00Z"))).toBe(false);
  expect(isRunning("2026-02-01T00:00:00+00:00", "month", at("2026-02-28T23:00:00Z"))).toBe(true);
});

const NO_METRICS: Metrics = {
  visitors: null,
  visits: null,
  pageviews: null,
  views_per_visit: null,
  bounce_rate: null,
  visit_duration: null,
  events: null,
  clicks: null,
  entries: null,
  time_on_page: null,
  scroll_depth: null,
};

const series = (visitors: number[], then?: number[]): Timeseries => {
  const points = (all: number[]) =>
    all.map((each, index) => ({ ...NO_METRICS, time: `2026-11-2${index}T00:00:00+00:00`, visitors: each }));
  return {
    site: "blog",
    from: "2026-11-20",
    to: "2026-11-22",
    period: "custom",
    timezone: "UTC",
    interval: "day",
    points: points(visitors),
    comparison: then ? { from: "2026-11-17", to: "2026-11-19", points: points(then) } : null,
    accuracy: { source: "rollups", exact: true, visitors_error: null, sampled: null },
    as_of: "2026-11-22T12:00:00Z",
  };
};

test("the running bucket is drawn separately and joined to the one before", () => {
  const [, done, running] = chartData(series([4, 5, 1]), "visitors", Date.parse("2026-11-22T12:00:00Z"));
  expect(done).toEqual([4, 5, null]);
  expect(running).toEqual([null, 5, 1]);
});

test("there can be more compared days than current ones", () => {
  const [xs, done, , then] = chartData(series([4], [7, 8, 9]), "visitors", Date.parse("2026-12-01T00:00:00Z"));
  expect(xs).toEqual([0, 1, 2]);
  expect(done).toEqual([4, null, null]);
  expect(then).toEqual([7, 8, 9]);
});

test.each([
  [0, 4],
  [3, 4],
  [58, 60],
  [101, 120],
  [9_900, 10_000],
])("an axis for %d ends at %d", (value, expected) => expect(axisMax(value, true)).toBe(expected));

const day = (at: string, expected: number) => ({
  day: at,
  expected,
  low_80: expected - 1,
  high_80: expected + 1,
  low_95: expected - 2,
  high_95: expected + 2,
});

test("the forecast continues the last point and overlaps today", () => {
  const layers = { anomalies: [], expected: [day("2026-11-22", 6), day("2026-11-23", 7)] };
  const drawn = chartData(series([4, 5, 1]), "visitors", Date.parse("2026-11-22T12:00:00Z"), layers);
  expect(drawn[0]).toEqual([0, 1, 2, 3]);
  expect(drawn[2]).toEqual([null, 5, 1, null]);
  expect(drawn.slice(4, 7)).toEqual([
    [null, null, 6, 7],
    [null, null, 7, 8],
    [null, null, 5, 6],
  ]);
  expect(bucketTimes(series([4, 5, 1]), layers).at(-1)).toBe("2026-11-23T00:00:00");
});

test("an anomaly is marked at its value", () => {
  const anomaly = {
    day: "2026-11-21",
    kind: "spike",
    metric: "visitors",
    value: 5,
    expected: 1,
    once_in_days: 90,
    deviation: 4,
    score: 9,
    causes: [],
  } as const;
  const drawn = chartData(series([4, 5, 1]), "visitors", 0, { expected: [], anomalies: [{ ...anomaly, causes: [] }] });
  expect(drawn[7]).toEqual([null, 5, null]);
});
