/** What the worker finds out about a site's days. */

import type { Day } from "../lib/days";

export interface TooLittle {
  reason: "too-few-days" | "too-few-visitors";
  /** Days, or visitors a day. */
  have: number;
  needed: number;
}

export interface Insight {
  state: "ready" | "not-yet" | "too-little";
  computed_at: string | null;
  asked_at: string | null;
  too_little: TooLittle | null;
}

export interface ExpectedDay {
  day: Day;
  expected: number;
  low_80: number;
  high_80: number;
}

export interface MetricForecast {
  days: ExpectedDay[];
  quality: { trials: number; error: number; naive_error: number } | null;
}

export interface ForecastAnswer extends Insight {
  forecast: { visitors: MetricForecast; pageviews: MetricForecast } | null;
}

export interface Cause {
  dimension: "source" | "country" | "page";
  value: string;
  count: number;
  usual: number;
  share: number;
}

export interface Anomaly {
  day: Day;
  kind: "spike" | "dip";
  metric: "visitors" | "pageviews";
  value: number;
  expected: number;
  once_in_days: number;
  causes: Cause[];
}

export interface AnomaliesAnswer extends Insight {
  anomalies: { anomalies: Anomaly[] } | null;
}

interface Averages {
  days: number;
  visitors: number;
  visits: number;
  pageviews: number;
}

interface Change {
  now: number;
  before: number;
  percent: number | null;
}

export interface SiteSummary {
  last_month: Averages;
  all_time: Averages;
  /** 1 is Monday. */
  busiest_weekday: { weekday: number; visitors: number };
  weekdays: { weekday: number; visitors: number }[];
  busiest_hour: { hour: number; visits: number } | null;
  hours: { hour: number; visits: number }[];
  week_over_week: { visitors: Change; visits: Change; pageviews: Change };
  records: { metric: "visitors" | "visits" | "pageviews"; day: Day; value: number }[];
}

export interface SummaryAnswer extends Insight {
  summary: SiteSummary | null;
}
