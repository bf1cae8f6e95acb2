import type { GoalReport } from "../../api/types";
import { useI18n } from "../../i18n/i18n";
import { isFiltered, toggleFilter } from "../../lib/filters";
import { siteHref } from "../../lib/router";
import { reportParams, type View } from "../../lib/view";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { SkeletonLines } from "../../ui/Skeleton";
import { formatMetric } from "../metrics";
import { reportPath, useReport } from "../reports";
import type { ChangeView } from "../useView";

interface Props {
  site: string;
  view: View;
  changeView: ChangeView;
  canManage: boolean;
}

const COLUMNS = ["visitors", "conversions", "conversion_rate"] as const;

/** The conversions of each goal. A click filters the dashboard by it. */
export function Goals({ site, view, changeView, canManage }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const data = useReport<GoalReport>(reportPath(site, "goals"), reportParams(view), view);
  if (data.problem && !data.value) return <ErrorAlert problem={data.problem} onRetry={data.reload} />;
  if (!data.value) return <SkeletonLines lines={4} />;
  if (!data.value.goals.length)
    return (
      <EmptyState>
        <p>{t("goals.none")}</p>
        {canManage && <a href={siteHref(site, "settings", "goals")}>{t("goals.create")}</a>}
      </EmptyState>
    );
  return (
    <div class={data.isStale ? "panel-body stale" : "panel-body"}>
      <p class="column-heads columns" aria-hidden="true">
        <span>{t("dimension.goal")}</span>
        {COLUMNS.map((column) => (
          <span key={column}>{t(`metric.${column}`)}</span>
        ))}
      </p>
      <ol class="rows">
        {data.value.goals.map((goal) => (
          <li key={goal.id}>
            <button
              type="button"
              class="columns"
              aria-pressed={isFiltered(view.filters, "goal", goal.name)}
              onClick={() => changeView({ filters: toggleFilter(view.filters, "goal", goal.name) })}
            >
              <span class="bar" style={{ width: `${Math.min(100, goal.conversion_rate)}%` }} aria-hidden="true" />
              <span class="label truncate">{goal.name}</span>
              {COLUMNS.map((column) => (
                <span key={column} class="amount num">
                  <span class="visually-hidden">{t(`metric.${column}`)} </span>
                  {formatMetric(column, goal[column], i18n)}
                </span>
              ))}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
