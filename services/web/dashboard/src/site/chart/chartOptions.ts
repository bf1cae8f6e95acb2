/** Data and options of the uPlot chart. */

import type uPlot from "uplot";
import type { Anomaly, ExpectedDay, MetricName, Timeseries } from "../../api/types";
import { bucketDay, isRunning } from "./buckets";

export interface ChartColors {
  accent: string;
  border: string;
  muted: string;
  compared: string;
  surface: string;
  warn: string;
  font: string;
}

interface ChartConfig {
  width: number;
  height: number;
  colors: ChartColors;
  compared: boolean;
  label: (index: number) => string;
  value: (value: number) => string;
  /** Whether the metric has whole numbers only. */
  isWhole: boolean;
  onHover: (index: number | null, left: number) => void;
  onDrag: (first: number, last: number) => void;
}

/** What is drawn over the points, by day. */
export interface ChartLayers {
  expected: readonly ExpectedDay[];
  anomalies: readonly Anomaly[];
}

export const NO_LAYERS: ChartLayers = { expected: [], anomalies: [] };

/** The times on the x axis: the points, then the days of the forecast. */
export function bucketTimes(series: Timeseries, layers: ChartLayers): string[] {
  const times = series.points.map(({ time }) => time);
  const last = series.points.at(-1);
  return [
    ...times,
    ...layers.expected.filter(({ day }) => !last || day > bucketDay(last)).map(({ day }) => `${day}T00:00:00`),
  ];
}

type Values = (number | null | undefined)[];

/**
 * The columns of the chart.
 *
 * They are: the index of the point, finished buckets, the bucket that is not over, compared buckets, the forecast, its
 * upper and its lower bound, and anomalies.
 */
export function chartData(
  series: Timeseries,
  metric: MetricName,
  now: number,
  layers: ChartLayers = NO_LAYERS,
): uPlot.AlignedData {
  const compared = series.comparison?.points ?? [];
  const times = bucketTimes(series, layers);
  const length = Math.max(times.length, compared.length);
  const expected = new Map(layers.expected.map((each) => [each.day, each]));
  const anomalousDays = new Set(layers.anomalies.map(({ day }) => day));
  const ofDay = (pick: (each: ExpectedDay) => number): Values =>
    xs.map((index) => {
      const day = expected.get(times[index]?.slice(0, 10) ?? "");
      return day ? pick(day) : null;
    });
  const xs = Array.from({ length }, (_, index) => index);
  const values: Values = xs.map((index) => series.points[index]?.[metric] ?? null);
  const last = series.points.length - 1;
  const isLastRunning = last >= 0 && isRunning(series.points[last]!.time, series.interval, now);
  const done = values.map((value, index) => (isLastRunning && index >= last ? null : value));
  const running = values.map((value, index) => (isLastRunning && index >= last - 1 ? value : null));
  return [
    xs,
    done,
    running,
    xs.map((index) => compared[index]?.[metric] ?? null),
    ofDay((each) => each.expected),
    ofDay((each) => each.high_80),
    ofDay((each) => each.low_80),
    xs.map((index) => (anomalousDays.has(times[index]?.slice(0, 10) ?? "") ? (values[index] ?? null) : null)),
  ] as uPlot.AlignedData;
}

export function chartOptions(config: ChartConfig): uPlot.Options {
  const { colors } = config;
  const line = { stroke: colors.accent, width: 2, points: { show: false } };
  const font = `12px ${colors.font}`;
  return {
    width: config.width,
    height: config.height,
    // Space on the right for half of the longest label.
    padding: [12, 28, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: {
        size: (_, series) => (series > 4 ? 0 : 9),
        fill: (_, series) => (series === 3 ? colors.compared : colors.accent),
        stroke: () => colors.surface,
        width: 2,
      },
    },
    scales: {
      x: { time: false, range: (_, min, max) => (min === max ? [min - 0.5, max + 0.5] : [min, max]) },
      y: { range: (_, __, max) => [0, axisMax(max ?? 0, config.isWhole)] },
    },
    axes: [
      {
        stroke: colors.muted,
        font,
        grid: { show: false },
        ticks: { show: false },
        gap: 8,
        size: 34,
        space: 84,
        incrs: [1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 20, 24, 30, 48, 60, 72, 96, 120, 168, 240, 480, 960],
        values: (_, splits) => splits.map((split) => (Number.isInteger(split) ? config.label(split) : "")),
      },
      {
        stroke: colors.muted,
        font,
        grid: { stroke: colors.border, width: 1 },
        ticks: { show: false },
        border: { show: false },
        gap: 8,
        size: 56,
        splits: (_, __, ___, max) => [0, max / 4, max / 2, (max * 3) / 4, max],
        values: (_, splits) =>
          splits.map((split) => (config.isWhole && !Number.isInteger(split) ? "" : config.value(split))),
      },
    ],
    series: [
      {},
      { ...line, fill: (plot) => areaGradient(plot, colors.accent) },
      { ...line, dash: [5, 5], fill: (plot) => areaGradient(plot, colors.accent) },
      { stroke: colors.compared, width: 1.5, dash: [3, 4], points: { show: false }, show: config.compared },
      { stroke: colors.accent, width: 1.5, dash: [2, 4], points: { show: false } },
      { width: 0, points: { show: false } },
      { width: 0, points: { show: false } },
      {
        width: 0,
        paths: () => null,
        points: { show: true, size: 9, width: 2, fill: colors.surface, stroke: colors.warn },
      },
    ],
    bands: [{ series: [5, 6], fill: withAlpha(colors.accent, 14) }],
    hooks: {
      setCursor: [
        (plot) => {
          const { idx, left } = plot.cursor;
          const inside = typeof idx === "number" && (left ?? -1) >= 0;
          config.onHover(inside ? idx : null, inside ? plot.valToPos(idx, "x") + plot.bbox.left / devicePixelRatio : 0);
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 6) return;
          const [first, last] = [plot.posToIdx(left), plot.posToIdx(left + width)];
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (last > first) config.onDrag(first, last);
        },
      ],
    },
  };
}

/** A round maximum of an axis that holds `value`, whose quarters are round as well. */
export function axisMax(value: number, isWhole: boolean): number {
  if (value <= 0) return isWhole ? 4 : 1;
  if (isWhole && value <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].find((each) => each * power >= value)!;
  return step * power;
}

function areaGradient(plot: uPlot, color: string): CanvasGradient | string {
  const { top: from, height } = plot.bbox;
  if (!Number.isFinite(height) || !height) return "transparent";
  const gradient = plot.ctx.createLinearGradient(0, from, 0, from + height);
  gradient.addColorStop(0, withAlpha(color, 18));
  gradient.addColorStop(1, withAlpha(color, 1));
  return gradient;
}

/** Adds transparency to a color of the theme, which resolves to `rgb(r, g, b)`. */
function withAlpha(color: string, percent: number): string {
  const [r, g, b] = (color.match(/[\d.]+/g) ?? ["0", "0", "0"]).slice(0, 3);
  return `rgb(${r} ${g} ${b} / ${percent}%)`;
}
