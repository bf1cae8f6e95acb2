import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { MetricName, Timeseries } from "../../api/types";
import { useI18n } from "../../i18n/i18n";
import { percentChange } from "../../lib/format";
import { PercentChange } from "../../ui/PercentChange";
import { formatMetric, LOWER_IS_BETTER } from "../metrics";
import { AnomalyNote } from "./AnomalyNote";
import { longLabel, shortLabel } from "./buckets";
import { bucketTimes, type ChartLayers, chartData, chartOptions, NO_LAYERS } from "./chartOptions";
import { useChartColors } from "./useChartColors";

interface Props {
  series: Timeseries;
  metric: MetricName;
  layers?: ChartLayers;
  /** Called with the first and the last point of the dragged selection. */
  onZoom?: ((first: number, last: number) => void) | undefined;
}

const HEIGHT = 300;

/** The chart of one metric, with the compared days behind it. */
export function TimeseriesChart({ series, metric, layers = NO_LAYERS, onZoom }: Props) {
  const i18n = useI18n();
  const element = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<{ index: number; left: number } | null>(null);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const colors = useChartColors();

  useEffect(() => {
    const box = element.current!;
    const times = bucketTimes(series, layers);
    const severalDays = series.from !== series.to;
    const options = chartOptions({
      width: box.clientWidth,
      height: HEIGHT,
      colors,
      compared: Boolean(series.comparison),
      label: (index) => {
        const time = times[index];
        return time ? shortLabel(time, series.interval, i18n.language, severalDays) : "";
      },
      value: (value) => formatMetric(metric, value, i18n),
      isWhole: Number.isInteger(series.points[0]?.[metric] ?? 0) && metric !== "views_per_visit",
      onHover: (index, left) => setCursor(index === null ? null : { index, left }),
      onDrag: (first, last) => zoom.current?.(first, last),
    });
    const plot = new uPlot(options, chartData(series, metric, Date.now(), layers), box);
    plot.root.setAttribute("aria-hidden", "true");
    const observer = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }));
    observer.observe(box);
    return () => {
      observer.disconnect();
      plot.destroy();
      setCursor(null);
    };
  }, [series, metric, layers, i18n, colors]);

  const point = cursor && series.points[cursor.index];
  const time = cursor && bucketTimes(series, layers)[cursor.index];
  const expected = layers.expected.find(({ day }) => day === time?.slice(0, 10));
  const anomaly = layers.anomalies.find(({ day }) => day === time?.slice(0, 10));
  const compared = cursor && series.comparison?.points[cursor.index];
  return (
    <div class="plot" ref={element}>
      {cursor && time && (
        <div
          class={cursor.left > (element.current?.clientWidth ?? 0) / 2 ? "tooltip left" : "tooltip"}
          style={{ left: `${cursor.left}px` }}
        >
          <p class="muted">{longLabel(time, series.interval, i18n.language)}</p>
          {point && (
            <p>
              <strong class="num">{formatMetric(metric, point[metric], i18n, true)}</strong>{" "}
              {i18n.t(`metric.${metric}`)}
            </p>
          )}
          {expected && (
            <p class={point ? "muted num" : "num"}>
              {i18n.t("forecast.day", {
                n: formatMetric(metric, Math.round(expected.expected), i18n, true),
                low: formatMetric(metric, Math.round(expected.low_80), i18n, true),
                high: formatMetric(metric, Math.round(expected.high_80), i18n, true),
              })}
            </p>
          )}
          {anomaly && <AnomalyNote anomaly={anomaly} />}
          {point && compared && (
            <p class="muted">
              {formatMetric(metric, compared[metric], i18n, true)} ·{" "}
              {longLabel(compared.time, series.interval, i18n.language)}{" "}
              <PercentChange
                percent={percentChange(point[metric] ?? 0, compared[metric] ?? 0)}
                lowerIsBetter={LOWER_IS_BETTER.has(metric)}
              />
            </p>
          )}
        </div>
      )}
    </div>
  );
}
