import { useState } from "preact/hooks";
import type { MetricName } from "../api/types";
import { lazy } from "../app/lazy";
import { useWords } from "../i18n/words";
import { whyNot } from "../insights/say";
import { addDays, countDays } from "../lib/days";
import { type Interval, suitableIntervals, type View } from "../lib/view";
import { Trouble } from "../ui/bits";
import { Strip } from "../ui/forms";
import { Icon } from "../ui/icons";
import { LayerMenu } from "./LayerMenu";
import { METRICS } from "./metrics";
import { PointTable } from "./PointTable";
import { useTimeseries } from "./stats";
import { useLayers } from "./useLayers";
import type { ChangeView } from "./useView";

const Graph = lazy(async () => (await import("./Graph")).Graph);

interface Props {
  site: string;
  view: View;
  change: ChangeView;
}

/** One metric over time, drawn or as a table. */
export function GraphCard({ site, view, change }: Props) {
  const words = useWords();
  const { t, days } = words;
  const [isTable, setTable] = useState(false);
  const series = useTimeseries(site, view, view.interval);
  const found = series.value;
  const metric: MetricName = METRICS.find((each) => each === view.metric) ?? "visitors";
  const intervals = found ? suitableIntervals(countDays(found.from, found.to)) : [];
  const options = intervals.map((value) => ({ value, label: t(`interval.${value}`) }));

  const layers = useLayers(site, view, metric, found);

  // Dragging chooses days; within one day there is nothing to choose.
  const zoom = found && found.from !== found.to ? (first: number, last: number) => zoomTo(first, last) : undefined;
  const zoomTo = (first: number, last: number) => {
    const points = found!.points;
    if (first >= points.length) return;
    last = Math.min(last, points.length - 1);
    const from = points[first]!.time.slice(0, 10);
    const next = points[last + 1]?.time.slice(0, 10);
    let to = found!.to;
    if (next) to = found!.interval === "hour" ? points[last]!.time.slice(0, 10) : addDays(next, -1);
    if (to < from) to = from;
    change({ period: "custom", from, to, until: undefined, interval: undefined });
  };

  return (
    <figure class="graph" aria-label={t("graph.label", { metric: t(`metric.${metric}`) })}>
      <figcaption>
        {found?.comparison ? (
          <span class="legend small muted">
            <span>
              <span class="key now" /> {days(found.from, found.to)}
            </span>
            <span>
              <span class="key then" /> {days(found.comparison.from, found.comparison.to)}
            </span>
          </span>
        ) : (
          <span class="small muted">{layers.missing && whyNot(layers.missing, words)}</span>
        )}
        <div class="row">
          {options.length > 1 && (
            <Strip<Interval>
              name={t("interval.title")}
              value={found!.interval}
              options={options}
              onChoose={(interval) => change({ interval }, { replace: true })}
            />
          )}
          {layers.isPossible && <LayerMenu view={view} change={change} />}
          <button
            type="button"
            class="button bare icon"
            aria-pressed={isTable}
            aria-label={t("graph.table")}
            title={t("graph.table")}
            onClick={() => setTable(!isTable)}
          >
            <Icon name={isTable ? "chart" : "table"} />
          </button>
        </div>
      </figcaption>
      <div class="canvas">
        {series.problem && !found && <Trouble problem={series.problem} onRetry={series.reload} />}
        {found &&
          (isTable ? (
            <PointTable series={found} metric={metric} layers={layers.shown} />
          ) : (
            <Graph series={found} metric={metric} layers={layers.shown} onZoom={zoom} />
          ))}
      </div>
    </figure>
  );
}
