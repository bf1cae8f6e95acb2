/** Fetches all pages of a breakdown as one file. */

import type { ApiClient } from "../../api/client";
import type { Breakdown } from "../../api/types";

export type BreakdownFormat = "csv" | "json";

/** The most rows the API returns at once. */
const PAGE_SIZE = 1000;

/** `onPage` is called with the number of rows so far, and of all rows. */
export async function exportBreakdown(
  api: ApiClient,
  path: string,
  params: URLSearchParams,
  format: BreakdownFormat,
  onPage: (rows: number, total: number) => void,
): Promise<Blob> {
  params.set("limit", String(PAGE_SIZE));
  const first = await api.get<Breakdown>(path, params);
  const rows = [...first.rows];
  // The API counts the values unless `total` is false.
  const total = first.total ?? rows.length;
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const lines: string[] = [];
  for (let page = 1; page <= pages; page++) {
    const pageParams = new URLSearchParams(params);
    if (page > 1) pageParams.set("page", String(page));
    if (format === "csv") {
      pageParams.set("format", "csv");
      const text = await (await api.download(path, pageParams)).text();
      // Only the first page keeps its header line.
      lines.push(page === 1 ? text : text.slice(text.indexOf("\n") + 1));
    } else if (page > 1) rows.push(...(await api.get<Breakdown>(path, pageParams)).rows);
    onPage(Math.min(page * PAGE_SIZE, total), total);
  }
  if (format === "csv") return new Blob(lines, { type: "text/csv" });
  return new Blob([JSON.stringify({ ...first, page: 1, limit: rows.length, rows })], { type: "application/json" });
}
