import { useState } from "preact/hooks";
import type { MetricName } from "../../api/types";
import { lazy } from "../../app/lazy";
import { useI18n } from "../../i18n/i18n";
import { whyUnavailable } from "../../insights/describeInsight";
import { addDays, countDays } from "../../lib/days";
import { type Interval, suitableIntervals, type View } from "../../lib/view";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { SegmentedControl } from "../../ui/forms/SegmentedControl";
import { Icon } from "../../ui/Icon";
import { METRICS } from "../metrics";
import { useTimeseries } from "../reports";
import type { ChangeView } from "../useView";
import "./chart.css";
import { ChartTable } from "./ChartTable";
import { LayerMenu } from "./LayerMenu";
import { useChartLayers } from "./useChartLayers";

const TimeseriesChart = lazy(async () => (await import("./TimeseriesChart")).TimeseriesChart);

interface Props {
  site: string;
  view: View;
  changeView: ChangeView;
}

/** One metric over time, as a chart or a table. */
export function ChartCard({ site, view, changeView }: Props) {
  const i18n = useI18n();
  const { t, dateRange } = i18n;
  const [isTable, setIsTable] = useState(false);
  const series = useTimeseries(site, view, view.interval);
  const timeseries = series.value;
  const metric: MetricName = METRICS.find((each) => each === view.metric) ?? "visitors";
  const intervals = timeseries ? suitableIntervals(countDays(timeseries.from, timeseries.to)) : [];
  const options = intervals.map((value) => ({ value, label: t(`interval.${value}`) }));

  const layers = useChartLayers(site, view, metric, timeseries);

  // Dragging selects days; within one day there is nothing to select.
  const zoom =
    timeseries && timeseries.from !== timeseries.to ? (first: number, last: number) => zoomTo(first, last) : undefined;
  const zoomTo = (first: number, last: number) => {
    const points = timeseries!.points;
    if (first >= points.length) return;
    last = Math.min(last, points.length - 1);
    const from = points[first]!.time.slice(0, 10);
    const next = points[last + 1]?.time.slice(0, 10);
    let to = timeseries!.to;
    if (next) to = timeseries!.interval === "hour" ? points[last]!.time.slice(0, 10) : addDays(next, -1);
    if (to < from) to = from;
    changeView({ period: "custom", from, to, until: undefined, interval: undefined });
  };

  return (
    <figure class="chart" aria-label={t("graph.label", { metric: t(`metric.${metric}`) })}>
      <figcaption>
        {timeseries?.comparison ? (
          <span class="legend small muted">
            <span>
              <span class="key" /> {dateRange(timeseries.from, timeseries.to)}
            </span>
            <span>
              <span class="key compared" /> {dateRange(timeseries.comparison.from, timeseries.comparison.to)}
            </span>
          </span>
        ) : (
          <span class="small muted">{layers.unavailable && whyUnavailable(layers.unavailable, i18n)}</span>
        )}
        <div class="row">
          {options.length > 1 && (
            <SegmentedControl<Interval>
              label={t("interval.title")}
              value={timeseries!.interval}
              options={options}
              onChoose={(interval) => changeView({ interval }, { replace: true })}
            />
          )}
          {layers.isAvailable && <LayerMenu view={view} changeView={changeView} />}
          <button
            type="button"
            class="button ghost icon"
            aria-pressed={isTable}
            aria-label={t("graph.table")}
            title={t("graph.table")}
            onClick={() => setIsTable(!isTable)}
          >
            <Icon name={isTable ? "chart" : "table"} />
          </button>
        </div>
      </figcaption>
      <div class="chart-area">
        {series.problem && !timeseries && <ErrorAlert problem={series.problem} onRetry={series.reload} />}
        {timeseries &&
          (isTable ? (
            <ChartTable series={timeseries} metric={metric} layers={layers.layers} />
          ) : (
            <TimeseriesChart series={timeseries} metric={metric} layers={layers.layers} onZoom={zoom} />
          ))}
      </div>
    </figure>
  );
}
