import { useMemo } from "preact/hooks";
import type { AnomaliesAnswer, ForecastAnswer, Insight, MetricName, Timeseries } from "../../api/types";
import { useInsight } from "../../insights/useInsight";
import { addDays, countDays } from "../../lib/days";
import { DEFAULT_LAYERS, type View } from "../../lib/view";
import { bucketDay } from "./buckets";
import { type ChartLayers, NO_LAYERS } from "./chartOptions";

/** How far insights reach: back, and ahead. */
const [BACK, LONG_BACK] = [90, 730];
const [MIN_AHEAD, MAX_AHEAD] = [7, 30];

interface ChartLayersState {
  /** Whether insights know what the graph shows: days, of everybody. */
  isAvailable: boolean;
  layers: ChartLayers;
  /** A forecast that is wanted and cannot be made. */
  unavailable: Insight | undefined;
}

/** What insights have to add to the graph of a view. */
export function useChartLayers(
  site: string,
  view: View,
  metric: MetricName,
  series: Timeseries | undefined,
): ChartLayersState {
  const known = metric === "visitors" || metric === "pageviews" ? metric : undefined;
  const isAvailable = Boolean(series && known && series.interval === "day" && !view.filters.length);
  const wanted = view.layers ?? DEFAULT_LAYERS;
  const wantsAnomalies = wanted.includes("anomalies");
  const wantsForecast = wanted.includes("forecast");
  const isLong = series ? Date.parse(series.from) < Date.now() - (BACK - 1) * 86_400_000 : false;
  const anomalies = useInsight<AnomaliesAnswer>(
    site,
    isAvailable && wantsAnomalies ? "anomalies" : null,
    isLong ? LONG_BACK : BACK,
  ).value;
  const forecast = useInsight<ForecastAnswer>(site, isAvailable && wantsForecast ? "forecast" : null, MAX_AHEAD).value;

  const layers = useMemo<ChartLayers>(() => {
    if (!isAvailable || !series || !known) return NO_LAYERS;
    // A day is odd in whichever number stands out most; the mark says in which.
    const odd = wantsAnomalies ? anomalies?.anomalies?.anomalies : undefined;
    const expected = wantsForecast ? forecast?.forecast?.[known].days : undefined;
    const last = series.points.at(-1);
    // Days to come follow upon a graph that ends with today, and upon no other.
    const follows = last && expected?.[0] && bucketDay(last) >= addDays(expected[0].day, -1);
    const ahead = Math.min(MAX_AHEAD, Math.max(MIN_AHEAD, Math.round(countDays(series.from, series.to) / 3)));
    return { anomalies: odd ?? [], expected: follows ? expected.slice(0, ahead) : [] };
  }, [series, known, isAvailable, wantsAnomalies, wantsForecast, anomalies, forecast]);

  const isMissing = isAvailable && wantsForecast && forecast && !forecast.forecast;
  return { isAvailable, layers, unavailable: isMissing ? forecast : undefined };
}
