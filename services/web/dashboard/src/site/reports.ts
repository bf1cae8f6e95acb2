/** Hooks that fetch a site's reports. */

import { type ApiClient, encode } from "../api/client";
import type { Breakdown, Summary, Timeseries } from "../api/types";
import { useData } from "../lib/useData";
import { addComparison, type Interval, reportParams, type View } from "../lib/view";
import { useApi } from "../session/SessionContext";

const POLL_MS = 30_000;

export const reportPath = (site: string, report: string): string => `sites/${encode(site)}/stats/${report}`;

/** Whether the view's period includes today. */
const isRunning = (view: View): boolean => !view.until && view.period !== "custom";

export function useSummary(site: string, view: View) {
  const params = addComparison(reportParams(view), view);
  return useReport<Summary>(reportPath(site, "summary"), params, view);
}

export function useTimeseries(site: string, view: View, interval: Interval | undefined) {
  const params = addComparison(reportParams(view), view);
  if (interval) params.set("interval", interval);
  return useReport<Timeseries>(reportPath(site, "timeseries"), params, view);
}

export interface BreakdownQuery {
  limit: number;
  page?: number;
  sort?: string;
  search?: string;
  compared?: boolean;
  /** Whether to count all values, which takes longer than the first rows. */
  total?: boolean;
}

export function breakdownParams(
  view: View,
  { limit, page, sort, search, compared, total = true }: BreakdownQuery,
): URLSearchParams {
  const params = reportParams(view);
  if (compared) addComparison(params, view);
  params.set("limit", String(limit));
  if (page && page > 1) params.set("page", String(page));
  if (sort) params.set("sort", sort);
  if (search) params.set("search", search);
  if (!total) params.set("total", "false");
  return params;
}

const PROPERTY_PREFIX = "property.";

/** The dimension of a property's values. */
export const propertyDimension = (key: string): string => PROPERTY_PREFIX + key;

/** The path of a breakdown. The key of a property can be any text, so it becomes a query parameter. */
export function breakdownPath(site: string, dimension: string, params: URLSearchParams): string {
  if (!dimension.startsWith(PROPERTY_PREFIX)) return reportPath(site, `breakdown/${encode(dimension)}`);
  params.set("property_key", dimension.slice(PROPERTY_PREFIX.length));
  return reportPath(site, "breakdown/property");
}

export function useBreakdown(site: string, dimension: string, view: View, page: BreakdownQuery) {
  const params = breakdownParams(view, page);
  return useReport<Breakdown>(breakdownPath(site, dimension, params), params, view);
}

/** Fetches any report of a site. The previous one stays visible until the next one arrives. */
export function useReport<T>(path: string | null, params: URLSearchParams, view: View) {
  const api: ApiClient = useApi();
  const key = path && `${path}?${params.toString()}`;
  return useData<T>(key, (signal) => api.get<T>(path!, params, signal), {
    keep: true,
    every: isRunning(view) ? POLL_MS : undefined,
  });
}
