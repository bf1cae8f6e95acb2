/** The state of a site's dashboard as it is in the URL: period, comparison, filters, chart. */

import { compareValues, intervalValues, periodValues } from "../api/schema";
import { addDays, countDays, type Day, firstOfMonth, isDay, lastOfMonth } from "./days";
import { type Filter, parseFilter, serializeFilter } from "./filters";

export type Period = (typeof periodValues)[number];

export type Comparison = (typeof compareValues)[number];

export type Interval = (typeof intervalValues)[number];

/** What the chart can show in addition to the metric. */
export const LAYERS = ["anomalies", "forecast"] as const;
export type Layer = (typeof LAYERS)[number];
export const DEFAULT_LAYERS: readonly Layer[] = ["anomalies"];

export interface View {
  period: Period;
  /** The last day of an earlier period; undefined for the current one. */
  until?: Day | undefined;
  /** Set for the custom period only, as is `to`. */
  from?: Day | undefined;
  to?: Day | undefined;
  compare?: Comparison | undefined;
  compareFrom?: Day | undefined;
  compareTo?: Day | undefined;
  filters: readonly Filter[];
  metric?: string | undefined;
  interval?: Interval | undefined;
  /** Undefined for the default layers. */
  layers?: readonly Layer[] | undefined;
}

export const DEFAULT_VIEW: View = { period: "30d", filters: [] };

const oneOf = <T extends string>(options: readonly T[], text: string | null): T | undefined =>
  options.find((each) => each === text);

const parseDay = (text: string | null): Day | undefined => (text && isDay(text) ? text : undefined);

/** Parses a query string and ignores what is invalid in it. */
export function parseView(search: string): View {
  const params = new URLSearchParams(search);
  const [from, to] = [parseDay(params.get("from")), parseDay(params.get("to"))];
  let period = oneOf(periodValues, params.get("period")) ?? DEFAULT_VIEW.period;
  const custom = period === "custom" && from && to && from <= to;
  if (period === "custom" && !custom) period = DEFAULT_VIEW.period;
  const compare = oneOf(compareValues, params.get("compare"));
  const [compareFrom, compareTo] = [parseDay(params.get("compare_from")), parseDay(params.get("compare_to"))];
  return {
    period,
    until: custom ? undefined : parseDay(params.get("until")),
    from: custom ? from : undefined,
    to: custom ? to : undefined,
    compare: compare === "custom" && !(compareFrom && compareTo) ? undefined : compare,
    compareFrom: compare === "custom" ? compareFrom : undefined,
    compareTo: compare === "custom" ? compareTo : undefined,
    filters: params.getAll("filter").flatMap((text) => parseFilter(text) ?? []),
    metric: params.get("metric") ?? undefined,
    interval: oneOf(intervalValues, params.get("interval")),
    layers: params.has("layers")
      ? LAYERS.filter((layer) => params.get("layers")!.split(",").includes(layer))
      : undefined,
  };
}

/** The shortest query string of a view; "" for the default view. */
export function serializeView(view: View): string {
  const params = new URLSearchParams();
  if (view.period !== DEFAULT_VIEW.period) params.set("period", view.period);
  if (view.until) params.set("until", view.until);
  if (view.period === "custom" && view.from && view.to) {
    params.set("from", view.from);
    params.set("to", view.to);
  }
  if (view.compare) params.set("compare", view.compare);
  if (view.compare === "custom" && view.compareFrom && view.compareTo) {
    params.set("compare_from", view.compareFrom);
    params.set("compare_to", view.compareTo);
  }
  if (view.metric) params.set("metric", view.metric);
  if (view.interval) params.set("interval", view.interval);
  if (view.layers && view.layers.join() !== DEFAULT_LAYERS.join())
    params.set("layers", view.layers.join(",") || "none");
  for (const filter of view.filters) params.append("filter", serializeFilter(filter));
  const text = params.toString();
  return text && `?${text}`;
}

/** The query parameters of a report in a view. */
export function reportParams(view: View): URLSearchParams {
  const params = new URLSearchParams();
  const days = fixedDateRange(view);
  params.set("period", days ? "custom" : view.period);
  if (days) {
    params.set("from", days.first);
    params.set("to", days.last);
  }
  for (const filter of view.filters) params.append("filter", serializeFilter(filter));
  return params;
}

/** Adds the comparison, which not every report accepts. */
export function addComparison(params: URLSearchParams, view: View): URLSearchParams {
  if (!view.compare || view.period === "all") return params;
  params.set("compare", view.compare);
  if (view.compare === "custom" && view.compareFrom && view.compareTo) {
    params.set("compare_from", view.compareFrom);
    params.set("compare_to", view.compareTo);
  }
  return params;
}

export interface DateRange {
  first: Day;
  last: Day;
}

/** The fixed days of a view; null for a period that ends today. */
export function fixedDateRange(view: View): DateRange | null {
  if (view.period === "custom" && view.from && view.to) return { first: view.from, last: view.to };
  return view.until ? periodEndingAt(view.period, view.until) : null;
}

/** The days of the period that ends with `last`, or with the end of its month. */
export function periodEndingAt(period: Period, last: Day): DateRange | null {
  switch (period) {
    case "day":
      return { first: last, last };
    case "7d":
      return { first: addDays(last, -6), last };
    case "30d":
      return { first: addDays(last, -29), last };
    case "month":
      return { first: firstOfMonth(last), last: lastOfMonth(last) };
    case "6mo":
      return { first: firstOfMonth(last, -5), last: lastOfMonth(last) };
    case "year":
      return { first: firstOfMonth(last, -11), last: lastOfMonth(last) };
    default:
      return null;
  }
}

/** The period before (-1) or after (1). Null if there is none: for `all`, and in the future. */
export function shiftPeriod(view: View, direction: -1 | 1, today: Day): View | null {
  const days = view.period === "custom" ? fixedDateRange(view) : periodEndingAt(view.period, view.until ?? today);
  if (!days) return null;
  if (view.period === "custom") {
    const length = countDays(days.first, days.last) * direction;
    const [from, to] = [addDays(days.first, length), addDays(days.last, length)];
    return from > today ? null : { ...view, from, to };
  }
  const next = direction < 0 ? addDays(days.first, -1) : endOfNext(view.period, days);
  const moved = periodEndingAt(view.period, next)!;
  if (moved.first > today) return null;
  const { until: _, ...rest } = view;
  return periodEndingAt(view.period, today)!.last <= moved.last ? rest : { ...rest, until: next };
}

function endOfNext(period: Period, days: DateRange): Day {
  const length = countDays(days.first, days.last);
  if (period === "month" || period === "6mo" || period === "year")
    return lastOfMonth(days.last, period === "month" ? 1 : period === "6mo" ? 6 : 12);
  return addDays(days.last, length);
}

/** The intervals for a chart of so many days: at least two points, and not thousands. */
export function suitableIntervals(days: number): Interval[] {
  return intervalValues.filter((interval) => {
    if (interval === "hour") return days <= 31;
    if (interval === "day") return days > 1 && days <= 731;
    return interval === "week" ? days > 13 : days > 31;
  });
}
