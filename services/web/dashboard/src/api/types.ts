/** What /api/v1 answers. Times are ISO 8601, durations seconds, rates percent. */

import type { Interval } from "../lib/view";

export interface Me {
  username: string;
  is_admin: boolean;
  second_factor: boolean;
  created_at: string;
}

/** How requests for a site's numbers may be signed. */
export type Scheme = "rfc9421" | "legacy";

export interface Site {
  name: string;
  url: string;
  timezone: string;
  origins: string[];
  identity: "cookie" | "cookieless" | "persistent";
  privacy_signal: "honour" | "drop" | "ignore";
  bot_policy: "separate" | "count";
  public: boolean;
  retention_days: number | null;
  signature_schemes: Scheme[];
  created_at: string;
}

export interface Overview {
  sites: SiteOverview[];
}

export interface SiteOverview {
  site: string;
  url: string;
  visitors: number;
  /** Visitors against as many days before, in percent; null where there is nothing to compare with. */
  change: number | null;
  current_visitors: number;
  /** Visitors of each day, today's last. */
  sparkline: number[];
}

/** Numbers; null where a dimension does not have one. */
export type Metrics = { [metric in MetricName]?: number | null };

export const METRIC_NAMES = [
  "visitors",
  "visits",
  "pageviews",
  "views_per_visit",
  "bounce_rate",
  "visit_duration",
  "events",
  "clicks",
  "entries",
  "time_on_page",
  "scroll_depth",
  "conversions",
  "conversion_rate",
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/** How an answer was made. */
export interface Accuracy {
  source: "raw" | "rollups" | "sample";
  exact: boolean;
  /** Relative standard error of visitors. */
  visitors_error: number | null;
  /** The part of all visitors that was looked at. */
  sampled: number | null;
}

interface Report {
  site: string;
  from: string;
  to: string;
  timezone: string;
  accuracy?: Accuracy | null;
  as_of?: string;
}

export interface Summary extends Report, Metrics {
  comparison?: ({ from: string; to: string } & Metrics) | null;
}

export interface Point extends Metrics {
  time: string;
}

export interface Timeseries extends Report {
  interval: Interval;
  points: Point[];
  comparison?: { from: string; to: string; points: Point[] } | null;
}

export interface Row extends Metrics {
  value: string;
  comparison?: Metrics | null;
}

export interface Breakdown extends Report {
  dimension: string;
  page: number;
  limit: number;
  total: number;
  rows: Row[];
}
