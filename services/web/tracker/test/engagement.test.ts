import { beforeEach, expect, test } from "vitest";
import { createEngagementMeter } from "../src/engagement";

const page = (height: number, scrolled: number, viewport = 500) => {
  Object.defineProperty(document.documentElement, "scrollHeight", { value: height, configurable: true });
  Object.defineProperty(window, "scrollY", { value: scrolled, configurable: true });
  Object.defineProperty(window, "innerHeight", { value: viewport, configurable: true });
};

beforeEach(() => page(2000, 0));

test("time between activity counts as engaged", () => {
  const attend = createEngagementMeter();
  attend(1000, true, false);
  attend(3000, true, false);
  expect(attend(4500, false, true)).toEqual({ engaged_ms: 3500, scroll: 25 });
});

test("time without attention does not count", () => {
  const attend = createEngagementMeter();
  attend(0, true, false);
  attend(1000, false, false);
  attend(50_000, true, false);
  expect(attend(50_500, false, true)).toMatchObject({ engaged_ms: 1500 });
});

test("inactivity counts as one minute at most", () => {
  const attend = createEngagementMeter();
  attend(0, true, false);
  expect(attend(3_600_000, false, true)).toMatchObject({ engaged_ms: 60_000 });
});

test("a report covers the time since the last one", () => {
  const attend = createEngagementMeter();
  attend(0, true, false);
  expect(attend(1000, true, true)).toMatchObject({ engaged_ms: 1000 });
  expect(attend(1250, false, true)).toMatchObject({ engaged_ms: 250 });
});

test("a page without attention has nothing to report", () => {
  const attend = createEngagementMeter();
  attend(0, false, false);
  expect(attend(5000, false, true)).toBeUndefined();
});

test("a second report of the same leave is empty", () => {
  const attend = createEngagementMeter();
  attend(0, true, false);
  attend(1000, false, true);
  expect(attend(1001, false, true)).toBeUndefined();
});

test("scroll depth is the deepest point seen, in percent of the height at the end", () => {
  const attend = createEngagementMeter();
  attend(0, true, false);
  page(2000, 1000);
  attend(100, true, false);
  page(3000, 0);
  expect(attend(200, false, true)).toMatchObject({ scroll: 50 });
});
