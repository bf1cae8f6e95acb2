import type { MetricName, Summary } from "../api/types";
import { useWords } from "../i18n/words";
import { change } from "../lib/format";
import { Bone } from "../ui/bits";
import { Change } from "../ui/Change";
import { LOWER_IS_BETTER, show, TOP_METRICS } from "./metrics";

interface Props {
  summary: Summary | undefined;
  chosen: string;
  onChoose: (metric: MetricName) => void;
}

/** The top line. Each number can be chosen for the graph below. */
export function Metrics({ summary, chosen, onChoose }: Props) {
  const words = useWords();
  const before = summary?.comparison;
  return (
    <div class="metrics" role="group" aria-label={words.t("top.choose")}>
      {TOP_METRICS.map((metric) => (
        <button
          key={metric}
          type="button"
          aria-pressed={metric === chosen}
          data-metric={metric}
          onClick={() => onChoose(metric)}
        >
          <span class="name">{words.t(`metric.${metric}`)}</span>
          <span class="value num">
            {summary ? show(metric, summary[metric], words) : <Bone width="4.5rem" height="1.5rem" />}
          </span>
          <span class="before">
            {before && (
              <>
                <Change
                  percent={change(summary[metric] ?? 0, before[metric] ?? 0)}
                  lowerIsBetter={LOWER_IS_BETTER.has(metric)}
                />
                <span class="num">{words.t("compared.with", { value: show(metric, before[metric], words) })}</span>
              </>
            )}
          </span>
        </button>
      ))}
    </div>
  );
}
