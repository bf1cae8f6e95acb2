import { beforeEach, expect, test } from "vitest";
import { engagement } from "../src/engagement";

const page = (height: number, scrolled: number, viewport = 500) => {
  Object.defineProperty(document.documentElement, "scrollHeight", { value: height, configurable: true });
  Object.defineProperty(window, "scrollY", { value: scrolled, configurable: true });
  Object.defineProperty(window, "innerHeight", { value: viewport, configurable: true });
};

beforeEach(() => page(2000, 0));

test("time between signs of life is engaged time", () => {
  const attend = engagement();
  attend(1000, true, false);
  attend(3000, true, false);
  expect(attend(4500, false, true)).toEqual({ engaged_ms: 3500, scroll: 25 });
});

test("time without attention does not count", () => {
  const attend = engagement();
  attend(0, true, false);
  attend(1000, false, false);
  attend(50_000, true, false);
  expect(attend(50_500, false, true)).toMatchObject({ engaged_ms: 1500 });
});

test("a silence counts as one minute at most", () => {
  const attend = engagement();
  attend(0, true, false);
  expect(attend(3_600_000, false, true)).toMatchObject({ engaged_ms: 60_000 });
});

test("a report carries what came since the last one", () => {
  const attend = engagement();
  attend(0, true, false);
  expect(attend(1000, true, true)).toMatchObject({ engaged_ms: 1000 });
  expect(attend(1250, false, true)).toMatchObject({ engaged_ms: 250 });
});

test("a page that never had attention has nothing to report", () => {
  const attend = engagement();
  attend(0, false, false);
  expect(attend(5000, false, true)).toBeUndefined();
});

test("a second report at the same leaving is empty", () => {
  const attend = engagement();
  attend(0, true, false);
  attend(1000, false, true);
  expect(attend(1001, false, true)).toBeUndefined();
});

test("scroll depth is the deepest point seen, of the page's height when it is left", () => {
  const attend = engagement();
  attend(0, true, false);
  page(2000, 1000);
  attend(100, true, false);
  page(3000, 0);
  expect(attend(200, false, true)).toMatchObject({ scroll: 50 });
});
