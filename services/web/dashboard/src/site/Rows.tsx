import type { MetricName, Row } from "../api/types";
import { useWords } from "../i18n/words";
import { nameOfDimension } from "./FilterBar";
import { show } from "./metrics";
import { nameOfValue } from "./values";

interface Props {
  dimension: string;
  rows: readonly Row[];
  metric: MetricName;
  /** What the shares are of. */
  all: number;
  isChosen: (value: string) => boolean;
  onChoose: (value: string) => void;
}

/** The values of a dimension, each with a bar; a click narrows everything to it. */
export function Rows({ dimension, rows, metric, all, isChosen, onChoose }: Props) {
  const words = useWords();
  const most = Math.max(1, ...rows.map((row) => row[metric] ?? 0));
  return (
    <>
      <p class="heads" aria-hidden="true">
        <span class="cut">{nameOfDimension(dimension, words)}</span>
        <span>{words.t(`metric.${metric}`)}</span>
      </p>
      <ol class="rows">
        {rows.map((row) => {
          const amount = row[metric] ?? 0;
          const name = nameOfValue(dimension, row.value, words);
          return (
            <li key={row.value}>
              <button type="button" aria-pressed={isChosen(row.value)} title={name} onClick={() => onChoose(row.value)}>
                <span class="bar" style={{ width: `${(amount / most) * 100}%` }} aria-hidden="true" />
                <span class="label cut">
                  {dimension === "country" && row.value && <span class="code">{row.value}</span>}
                  {name}
                </span>
                <span class="share num">
                  {all > 0 && amount <= all ? words.percent((amount / all) * 100, amount / all < 0.01 ? 1 : 0) : ""}
                </span>
                <span class="amount num">{show(metric, amount, words)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </>
  );
}
