import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { MetricName, Timeseries } from "../api/types";
import { useWords } from "../i18n/words";
import { change } from "../lib/format";
import { longLabel, shortLabel } from "../lib/points";
import { Change } from "../ui/Change";
import { chartData, type Layers, NO_LAYERS, optionsOf, timesOf } from "./chart";
import { LOWER_IS_BETTER, show } from "./metrics";
import { Oddity } from "./Oddity";
import { useChartColors } from "./useChartColors";

interface Props {
  series: Timeseries;
  metric: MetricName;
  layers?: Layers;
  /** Called with the first and last point of what was dragged over. */
  onZoom?: ((first: number, last: number) => void) | undefined;
}

const HEIGHT = 300;

/** The line of one metric, with that of the days compared with behind it. */
export function Graph({ series, metric, layers = NO_LAYERS, onZoom }: Props) {
  const words = useWords();
  const element = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<{ index: number; left: number } | null>(null);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const colors = useChartColors();

  useEffect(() => {
    const box = element.current!;
    const times = timesOf(series, layers);
    const severalDays = series.from !== series.to;
    const options = optionsOf({
      width: box.clientWidth,
      height: HEIGHT,
      colors,
      compared: Boolean(series.comparison),
      label: (index) => {
        const time = times[index];
        return time ? shortLabel(time, series.interval, words.language, severalDays) : "";
      },
      value: (value) => show(metric, value, words),
      isWhole: Number.isInteger(series.points[0]?.[metric] ?? 0) && metric !== "views_per_visit",
      onHover: (index, left) => setAt(index === null ? null : { index, left }),
      onDrag: (first, last) => zoom.current?.(first, last),
    });
    const plot = new uPlot(options, chartData(series, metric, Date.now(), layers), box);
    plot.root.setAttribute("aria-hidden", "true");
    const observer = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }));
    observer.observe(box);
    return () => {
      observer.disconnect();
      plot.destroy();
      setAt(null);
    };
  }, [series, metric, layers, words, colors]);

  const point = at && series.points[at.index];
  const time = at && timesOf(series, layers)[at.index];
  const expected = layers.expected.find(({ day }) => day === time?.slice(0, 10));
  const oddity = layers.anomalies.find(({ day }) => day === time?.slice(0, 10));
  const then = at && series.comparison?.points[at.index];
  return (
    <div class="plot" ref={element}>
      {at && time && (
        <div
          class={at.left > (element.current?.clientWidth ?? 0) / 2 ? "readout before" : "readout"}
          style={{ left: `${at.left}px` }}
        >
          <p class="muted">{longLabel(time, series.interval, words.language)}</p>
          {point && (
            <p>
              <strong class="num">{show(metric, point[metric], words, true)}</strong> {words.t(`metric.${metric}`)}
            </p>
          )}
          {expected && (
            <p class={point ? "muted num" : "num"}>
              {words.t("forecast.day", {
                n: show(metric, Math.round(expected.expected), words, true),
                low: show(metric, Math.round(expected.low_80), words, true),
                high: show(metric, Math.round(expected.high_80), words, true),
              })}
            </p>
          )}
          {oddity && <Oddity anomaly={oddity} />}
          {point && then && (
            <p class="muted">
              {show(metric, then[metric], words, true)} · {longLabel(then.time, series.interval, words.language)}{" "}
              <Change
                percent={change(point[metric] ?? 0, then[metric] ?? 0)}
                lowerIsBetter={LOWER_IS_BETTER.has(metric)}
              />
            </p>
          )}
        </div>
      )}
    </div>
  );
}
