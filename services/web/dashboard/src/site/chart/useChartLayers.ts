import { useMemo } from "preact/hooks";
import type { AnomaliesAnswer, ForecastAnswer, Insight, MetricName, Timeseries } from "../../api/types";
import { useInsight } from "../../insights/useInsight";
import { addDays, countDays } from "../../lib/days";
import { DEFAULT_LAYERS, type View } from "../../lib/view";
import { bucketDay } from "./buckets";
import { type ChartLayers, NO_LAYERS } from "./chartOptions";

/** How many days insights reach back and ahead. */
const [BACK, LONG_BACK] = [90, 730];
const [MIN_AHEAD, MAX_AHEAD] = [7, 30];

interface ChartLayersState {
  /** Whether insights cover what the chart shows: daily values without filters. */
  isAvailable: boolean;
  layers: ChartLayers;
  /** Set when a requested forecast is unavailable, with the reason. */
  unavailable: Insight | undefined;
}

/** The anomalies and the forecast for the chart of a view. */
export function useChartLayers(
  site: string,
  view: View,
  metric: MetricName,
  series: Timeseries | undefined,
): ChartLayersState {
  const forecastMetric = metric === "visitors" || metric === "pageviews" ? metric : undefined;
  const isAvailable = Boolean(series && forecastMetric && series.interval === "day" && !view.filters.length);
  const layerNames = view.layers ?? DEFAULT_LAYERS;
  const showsAnomalies = layerNames.includes("anomalies");
  const showsForecast = layerNames.includes("forecast");
  const isLongPeriod = series ? Date.parse(series.from) < Date.now() - (BACK - 1) * 86_400_000 : false;
  const anomalies = useInsight<AnomaliesAnswer>(
    site,
    isAvailable && showsAnomalies ? "anomalies" : null,
    isLongPeriod ? LONG_BACK : BACK,
  ).value;
  const forecast = useInsight<ForecastAnswer>(site, isAvailable && showsForecast ? "forecast" : null, MAX_AHEAD).value;

  const layers = useMemo<ChartLayers>(() => {
    if (!isAvailable || !series || !forecastMetric) return NO_LAYERS;
    // An anomaly is stored for the metric that deviates most; its text names the metric.
    const shownAnomalies = showsAnomalies ? anomalies?.anomalies?.anomalies : undefined;
    const expected = showsForecast ? forecast?.forecast?.[forecastMetric].days : undefined;
    const last = series.points.at(-1);
    // A forecast continues only a chart that ends today.
    const endsToday = last && expected?.[0] && bucketDay(last) >= addDays(expected[0].day, -1);
    const daysAhead = Math.min(MAX_AHEAD, Math.max(MIN_AHEAD, Math.round(countDays(series.from, series.to) / 3)));
    return { anomalies: shownAnomalies ?? [], expected: endsToday ? expected.slice(0, daysAhead) : [] };
  }, [series, forecastMetric, isAvailable, showsAnomalies, showsForecast, anomalies, forecast]);

  const isForecastUnavailable = isAvailable && showsForecast && forecast && !forecast.forecast;
  return { isAvailable, layers, unavailable: isForecastUnavailable ? forecast : undefined };
}
