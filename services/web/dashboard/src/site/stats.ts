/** Questions about a site's numbers, and the keys under which their answers are kept. */

import { type Api, part } from "../api/client";
import type { Breakdown, Summary, Timeseries } from "../api/types";
import { useData } from "../lib/useData";
import { apiParams, type Interval, type View, withComparison } from "../lib/view";
import { useApi } from "../session/context";

const OPEN_MS = 30_000;

export const statsPath = (site: string, report: string): string => `sites/${part(site)}/stats/${report}`;

/** Whether the view's period may still grow. */
const isOpen = (view: View): boolean => !view.until && view.period !== "custom";

export function useSummary(site: string, view: View) {
  const params = withComparison(apiParams(view), view);
  return useReport<Summary>(statsPath(site, "summary"), params, view);
}

export function useTimeseries(site: string, view: View, interval: Interval | undefined) {
  const params = withComparison(apiParams(view), view);
  if (interval) params.set("interval", interval);
  return useReport<Timeseries>(statsPath(site, "timeseries"), params, view);
}

export interface Page {
  limit: number;
  page?: number;
  sort?: string;
  search?: string;
  compared?: boolean;
  /** Whether it is wanted how many values there are, which takes longer than the first rows. */
  total?: boolean;
}

export function breakdownParams(
  view: View,
  { limit, page, sort, search, compared, total = true }: Page,
): URLSearchParams {
  const params = apiParams(view);
  if (compared) withComparison(params, view);
  params.set("limit", String(limit));
  if (page && page > 1) params.set("page", String(page));
  if (sort) params.set("sort", sort);
  if (search) params.set("search", search);
  if (!total) params.set("total", "false");
  return params;
}

const PROPERTY = "property.";

/** The dimension of a property's values. */
export const propertyOf = (key: string): string => PROPERTY + key;

/** Where a dimension is asked for. The key of a property may be anything, so it is no part of a path. */
export function breakdownPath(site: string, dimension: string, params: URLSearchParams): string {
  if (!dimension.startsWith(PROPERTY)) return statsPath(site, `breakdown/${part(dimension)}`);
  params.set("property_key", dimension.slice(PROPERTY.length));
  return statsPath(site, "breakdown/property");
}

export function useBreakdown(site: string, dimension: string, view: View, page: Page) {
  const params = breakdownParams(view, page);
  return useReport<Breakdown>(breakdownPath(site, dimension, params), params, view);
}

/** Any report of a site in a view; while another one is asked for, the one before stays. */
export function useReport<T>(path: string | null, params: URLSearchParams, view: View) {
  const api: Api = useApi();
  const key = path && `${path}?${params.toString()}`;
  return useData<T>(key, (signal) => api.get<T>(path!, params, signal), {
    keep: true,
    every: isOpen(view) ? OPEN_MS : undefined,
  });
}
