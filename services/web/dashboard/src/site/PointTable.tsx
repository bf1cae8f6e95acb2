import type { MetricName, Timeseries } from "../api/types";
import { useWords } from "../i18n/words";
import { longLabel } from "../lib/points";
import { type Layers, NO_LAYERS, timesOf } from "./chart";
import { show, TOP_METRICS } from "./metrics";
import { Oddity } from "./Oddity";

interface Props {
  series: Timeseries;
  metric: MetricName;
  layers?: Layers;
}

/** What the graph shows, in figures. */
export function PointTable({ series, metric, layers = NO_LAYERS }: Props) {
  const words = useWords();
  const then = series.comparison?.points;
  const columns = [metric, ...TOP_METRICS.filter((each) => each !== metric)].slice(0, then ? 1 : 3);
  return (
    <div class="points" tabIndex={0} role="region" aria-label={words.t("graph.data")}>
      <table class="list">
        <thead>
          <tr>
            <th scope="col">{words.t("graph.time")}</th>
            {columns.map((column) => (
              <th key={column} scope="col" class="num">
                {words.t(`metric.${column}`)}
              </th>
            ))}
            {then && (
              <th scope="col" class="num">
                {words.t("graph.comparison")}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {series.points.map((point, index) => (
            <tr key={point.time}>
              <th scope="row">
                {longLabel(point.time, series.interval, words.language)}
                {layers.anomalies
                  .filter(({ day }) => day === point.time.slice(0, 10))
                  .map((anomaly) => (
                    <Oddity key={anomaly.day} anomaly={anomaly} />
                  ))}
              </th>
              {columns.map((column) => (
                <td key={column} class="num">
                  {show(column, point[column], words, true)}
                </td>
              ))}
              {then && <td class="num">{show(metric, then[index]?.[metric], words, true)}</td>}
            </tr>
          ))}
          {timesOf(series, layers)
            .slice(series.points.length)
            .map((time) => {
              const expected = layers.expected.find(({ day }) => day === time.slice(0, 10))!;
              const shown = (value: number) => show(metric, Math.round(value), words, true);
              return (
                <tr key={time} class="muted">
                  <th scope="row">{longLabel(time, series.interval, words.language)}</th>
                  <td class="num" colSpan={columns.length + (then ? 1 : 0)}>
                    {words.t("forecast.day", {
                      n: shown(expected.expected),
                      low: shown(expected.low_80),
                      high: shown(expected.high_80),
                    })}
                  </td>
                </tr>
              );
            })}
        </tbody>
      </table>
    </div>
  );
}
