import type { MetricName } from "../api/types";
import type { I18n } from "../i18n/i18n";

export const TOP_METRICS = [
  "visitors",
  "visits",
  "pageviews",
  "views_per_visit",
  "bounce_rate",
  "visit_duration",
] as const satisfies readonly MetricName[];

/** Every metric that can be drawn over time. */
export const METRICS = [
  ...TOP_METRICS,
  "events",
  "clicks",
  "entries",
  "time_on_page",
  "scroll_depth",
] as const satisfies readonly MetricName[];

/** Metrics of which a decrease is an improvement. */
export const LOWER_IS_BETTER: ReadonlySet<string> = new Set<MetricName>(["bounce_rate"]);

export type ConversionMetric = "conversions" | "conversion_rate";

/** Formats a metric; "–" if there is no value. */
export function formatMetric(
  metric: MetricName | ConversionMetric,
  value: number | null | undefined,
  i18n: I18n,
  exact = false,
): string {
  if (value === null || value === undefined) return "–";
  switch (metric) {
    case "bounce_rate":
    case "scroll_depth":
      return i18n.percent(value);
    case "conversion_rate":
      return i18n.percent(value, 1);
    case "visit_duration":
    case "time_on_page":
      return i18n.duration(value);
    case "views_per_visit":
      return i18n.decimal(value);
    default:
      return exact ? i18n.number(value) : i18n.compact(value);
  }
}

/** The metrics of a dimension; the first is the default sort order. */
export function metricsOf(dimension: string): readonly MetricName[] {
  if (dimension === "page") return ["visitors", "pageviews", "entries", "bounce_rate", "time_on_page", "scroll_depth"];
  if (dimension === "exit") return ["visitors", "visits", "bounce_rate", "visit_duration"];
  if (dimension === "event") return ["visitors", "events"];
  if (dimension === "link") return ["visitors", "clicks"];
  if (dimension.startsWith("property")) return ["visitors", "events"];
  return ["visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration"];
}
