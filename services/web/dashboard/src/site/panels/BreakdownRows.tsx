import type { MetricName, Row } from "../../api/types";
import { useI18n } from "../../i18n/i18n";
import { dimensionLabel, valueLabel } from "../dimensions";
import { formatMetric } from "../metrics";

interface Props {
  dimension: string;
  rows: readonly Row[];
  metric: MetricName;
  /** The total of which the rows show shares. */
  total: number;
  isSelected: (value: string) => boolean;
  onChoose: (value: string) => void;
}

/** The values of a dimension, each with a bar. A click filters the dashboard by it. */
export function BreakdownRows({ dimension, rows, metric, total, isSelected, onChoose }: Props) {
  const i18n = useI18n();
  const maxAmount = Math.max(1, ...rows.map((row) => row[metric] ?? 0));
  return (
    <>
      <p class="column-heads" aria-hidden="true">
        <span class="truncate">{dimensionLabel(dimension, i18n)}</span>
        <span>{i18n.t(`metric.${metric}`)}</span>
      </p>
      <ol class="rows">
        {rows.map((row) => {
          const amount = row[metric] ?? 0;
          const name = valueLabel(dimension, row.value, i18n);
          return (
            <li key={row.value}>
              <button
                type="button"
                aria-pressed={isSelected(row.value)}
                title={name}
                onClick={() => onChoose(row.value)}
              >
                <span class="bar" style={{ width: `${(amount / maxAmount) * 100}%` }} aria-hidden="true" />
                <span class="label truncate">
                  {dimension === "country" && row.value && <span class="code">{row.value}</span>}
                  {name}
                </span>
                <span class="share num">
                  {total > 0 && amount <= total
                    ? i18n.percent((amount / total) * 100, amount / total < 0.01 ? 1 : 0)
                    : ""}
                </span>
                <span class="amount num">{formatMetric(metric, amount, i18n)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </>
  );
}
