import { expect, test } from "vitest";
import type { ApiClient } from "../src/api/client";
import { exportBreakdown } from "../src/site/panels/exportBreakdown";

const ALL = 2345;

/** Returns pages of rows as the API does. */
const api = {
  get: (_: string, params: URLSearchParams) => Promise.resolve({ total: ALL, rows: rowsOf(params) }),
  download: (_: string, params: URLSearchParams) =>
    Promise.resolve(
      new Blob([
        `page,visitors\n${rowsOf(params)
          .map(({ value }) => `${value},1\n`)
          .join("")}`,
      ]),
    ),
} as unknown as ApiClient;

function rowsOf(params: URLSearchParams): { value: string }[] {
  const [limit, page] = [Number(params.get("limit")), Number(params.get("page") ?? 1)];
  const first = (page - 1) * limit;
  return Array.from({ length: Math.max(0, Math.min(limit, ALL - first)) }, (_, index) => ({
    value: `/${first + index}`,
  }));
}

test("a CSV export of many pages has every row and one header line", async () => {
  const progress: number[] = [];
  const lines = (
    await (await exportBreakdown(api, "", new URLSearchParams(), "csv", (rows) => progress.push(rows))).text()
  )
    .trim()
    .split("\n");
  expect([lines.length, lines[0], lines[1], lines.at(-1)]).toEqual([ALL + 1, "page,visitors", "/0,1", `/${ALL - 1},1`]);
  expect(progress).toEqual([1000, 2000, ALL]);
});

test("a JSON export of many pages has every row", async () => {
  const found = JSON.parse(
    await (await exportBreakdown(api, "", new URLSearchParams(), "json", () => undefined)).text(),
  ) as { rows: { value: string }[] };
  expect(new Set(found.rows.map(({ value }) => value)).size).toBe(ALL);
});
