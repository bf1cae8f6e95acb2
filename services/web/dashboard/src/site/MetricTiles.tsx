import type { MetricName, Summary } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { percentChange } from "../lib/format";
import { PercentChange } from "../ui/PercentChange";
import { Skeleton } from "../ui/Skeleton";
import { formatMetric, LOWER_IS_BETTER, TOP_METRICS } from "./metrics";

interface Props {
  summary: Summary | undefined;
  chosen: string;
  onChoose: (metric: MetricName) => void;
}

/** The main metrics. A click shows one in the chart below. */
export function MetricTiles({ summary, chosen, onChoose }: Props) {
  const i18n = useI18n();
  const before = summary?.comparison;
  return (
    <div class="metric-tiles" role="group" aria-label={i18n.t("top.choose")}>
      {TOP_METRICS.map((metric) => (
        <button
          key={metric}
          type="button"
          aria-pressed={metric === chosen}
          data-metric={metric}
          onClick={() => onChoose(metric)}
        >
          <span class="name">{i18n.t(`metric.${metric}`)}</span>
          <span class="value num">
            {summary ? formatMetric(metric, summary[metric], i18n) : <Skeleton width="4.5rem" height="1.5rem" />}
          </span>
          <span class="comparison">
            {before && (
              <>
                <PercentChange
                  percent={percentChange(summary[metric] ?? 0, before[metric] ?? 0)}
                  lowerIsBetter={LOWER_IS_BETTER.has(metric)}
                />
                <span class="num">
                  {i18n.t("compared.with", { value: formatMetric(metric, before[metric], i18n) })}
                </span>
              </>
            )}
          </span>
        </button>
      ))}
    </div>
  );
}
