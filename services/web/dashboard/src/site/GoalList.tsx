import type { GoalReport } from "../api/types";
import { useWords } from "../i18n/words";
import { isChosen, toggled } from "../lib/filters";
import { siteAddress } from "../lib/router";
import { apiParams, type View } from "../lib/view";
import { Bones, Empty, Trouble } from "../ui/bits";
import { show } from "./metrics";
import { statsPath, useReport } from "./stats";
import type { ChangeView } from "./useView";

interface Props {
  site: string;
  view: View;
  change: ChangeView;
  canManage: boolean;
}

const COLUMNS = ["visitors", "conversions", "conversion_rate"] as const;

/** Who reached which goal. A click narrows everything to those who did. */
export function GoalList({ site, view, change, canManage }: Props) {
  const words = useWords();
  const { t } = words;
  const found = useReport<GoalReport>(statsPath(site, "goals"), apiParams(view), view);
  if (found.problem && !found.value) return <Trouble problem={found.problem} onRetry={found.reload} />;
  if (!found.value) return <Bones lines={4} />;
  if (!found.value.goals.length)
    return (
      <Empty>
        <p>{t("goals.none")}</p>
        {canManage && <a href={siteAddress(site, "settings", "goals")}>{t("goals.create")}</a>}
      </Empty>
    );
  return (
    <div class={found.isStale ? "shown stale" : "shown"}>
      <p class="heads columns" aria-hidden="true">
        <span>{t("dimension.goal")}</span>
        {COLUMNS.map((column) => (
          <span key={column}>{t(`metric.${column}`)}</span>
        ))}
      </p>
      <ol class="rows">
        {found.value.goals.map((goal) => (
          <li key={goal.id}>
            <button
              type="button"
              class="columns"
              aria-pressed={isChosen(view.filters, "goal", goal.name)}
              onClick={() => change({ filters: toggled(view.filters, "goal", goal.name) })}
            >
              <span class="bar" style={{ width: `${Math.min(100, goal.conversion_rate)}%` }} aria-hidden="true" />
              <span class="label cut">{goal.name}</span>
              {COLUMNS.map((column) => (
                <span key={column} class="amount num">
                  <span class="hidden">{t(`metric.${column}`)} </span>
                  {show(column, goal[column], words)}
                </span>
              ))}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
