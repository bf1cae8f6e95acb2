import { useMemo } from "preact/hooks";
import type { AnomaliesAnswer, ForecastAnswer, Insight, MetricName, Timeseries } from "../api/types";
import { useInsight } from "../insights/useInsight";
import { addDays, countDays } from "../lib/days";
import { dayOfPoint } from "../lib/points";
import { USUAL_LAYERS, type View } from "../lib/view";
import { type Layers, NO_LAYERS } from "./chart";

/** How far insights reach: back, and ahead. */
const [BACK, LONG_BACK] = [90, 730];
const [LEAST_AHEAD, MOST_AHEAD] = [7, 30];

interface Shown {
  /** Whether insights know what the graph shows: days, of everybody. */
  isPossible: boolean;
  shown: Layers;
  /** A forecast that is wanted and cannot be made. */
  missing: Insight | undefined;
}

/** What insights have to add to the graph of a view. */
export function useLayers(site: string, view: View, metric: MetricName, series: Timeseries | undefined): Shown {
  const known = metric === "visitors" || metric === "pageviews" ? metric : undefined;
  const isPossible = Boolean(series && known && series.interval === "day" && !view.filters.length);
  const wanted = view.layers ?? USUAL_LAYERS;
  const wantsAnomalies = wanted.includes("anomalies");
  const wantsForecast = wanted.includes("forecast");
  const isLong = series ? Date.parse(series.from) < Date.now() - (BACK - 1) * 86_400_000 : false;
  const anomalies = useInsight<AnomaliesAnswer>(
    site,
    isPossible && wantsAnomalies ? "anomalies" : null,
    isLong ? LONG_BACK : BACK,
  ).value;
  const forecast = useInsight<ForecastAnswer>(site, isPossible && wantsForecast ? "forecast" : null, MOST_AHEAD).value;

  const shown = useMemo<Layers>(() => {
    if (!isPossible || !series || !known) return NO_LAYERS;
    // A day is odd in whichever number stands out most; the mark says in which.
    const odd = wantsAnomalies ? anomalies?.anomalies?.anomalies : undefined;
    const expected = wantsForecast ? forecast?.forecast?.[known].days : undefined;
    const last = series.points.at(-1);
    // Days to come follow upon a graph that ends with today, and upon no other.
    const follows = last && expected?.[0] && dayOfPoint(last) >= addDays(expected[0].day, -1);
    const ahead = Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, Math.round(countDays(series.from, series.to) / 3)));
    return { anomalies: odd ?? [], expected: follows ? expected.slice(0, ahead) : [] };
  }, [series, known, isPossible, wantsAnomalies, wantsForecast, anomalies, forecast]);

  const isMissing = isPossible && wantsForecast && forecast && !forecast.forecast;
  return { isPossible, shown, missing: isMissing ? forecast : undefined };
}
