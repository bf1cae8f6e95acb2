import type { MetricName, Timeseries } from "../../api/types";
import { useI18n } from "../../i18n/i18n";
import { formatMetric, TOP_METRICS } from "../metrics";
import { AnomalyNote } from "./AnomalyNote";
import { longLabel } from "./buckets";
import { bucketTimes, type ChartLayers, NO_LAYERS } from "./chartOptions";

interface Props {
  series: Timeseries;
  metric: MetricName;
  layers?: ChartLayers;
}

/** The data of the chart as a table. */
export function ChartTable({ series, metric, layers = NO_LAYERS }: Props) {
  const i18n = useI18n();
  const compared = series.comparison?.points;
  const columns = [metric, ...TOP_METRICS.filter((each) => each !== metric)].slice(0, compared ? 1 : 3);
  return (
    <div class="chart-table" tabIndex={0} role="region" aria-label={i18n.t("graph.data")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{i18n.t("graph.time")}</th>
            {columns.map((column) => (
              <th key={column} scope="col" class="num">
                {i18n.t(`metric.${column}`)}
              </th>
            ))}
            {compared && (
              <th scope="col" class="num">
                {i18n.t("graph.comparison")}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {series.points.map((point, index) => (
            <tr key={point.time}>
              <th scope="row">
                {longLabel(point.time, series.interval, i18n.language)}
                {layers.anomalies
                  .filter(({ day }) => day === point.time.slice(0, 10))
                  .map((anomaly) => (
                    <AnomalyNote key={anomaly.day} anomaly={anomaly} />
                  ))}
              </th>
              {columns.map((column) => (
                <td key={column} class="num">
                  {formatMetric(column, point[column], i18n, true)}
                </td>
              ))}
              {compared && <td class="num">{formatMetric(metric, compared[index]?.[metric], i18n, true)}</td>}
            </tr>
          ))}
          {bucketTimes(series, layers)
            .slice(series.points.length)
            .map((time) => {
              const expected = layers.expected.find(({ day }) => day === time.slice(0, 10))!;
              const shown = (value: number) => formatMetric(metric, Math.round(value), i18n, true);
              return (
                <tr key={time} class="muted">
                  <th scope="row">{longLabel(time, series.interval, i18n.language)}</th>
                  <td class="num" colSpan={columns.length + (compared ? 1 : 0)}>
                    {i18n.t("forecast.day", {
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
