import { useState } from "preact/hooks";
import type { RetentionReport } from "../api/types";
import { useWords } from "../i18n/words";
import { countDays } from "../lib/days";
import { apiParams, fixedDays, type View } from "../lib/view";
import { Bones, Empty, Trouble } from "../ui/bits";
import { Strip } from "../ui/forms";
import { statsPath, useReport } from "./stats";

const COLUMNS = 8;
const ROWS = 8;
/** Days that are looked at one by one rather than by weeks. */
const SHORT = 14;

/** Who came back, by the week or day of the first visit. */
export function Retention({ site, view }: { site: string; view: View }) {
  const words = useWords();
  const { t } = words;
  const days = fixedDays(view);
  const isShort = days ? countDays(days.first, days.last) <= SHORT : view.period === "day" || view.period === "7d";
  const [interval, setInterval] = useState<"day" | "week">(isShort ? "day" : "week");
  const params = apiParams({ ...view, filters: [] });
  params.set("interval", interval);
  const found = useReport<RetentionReport>(statsPath(site, "retention"), params, view);
  const cohorts = found.value?.cohorts.filter(({ size }) => size).slice(-ROWS) ?? [];
  const most = Math.max(...cohorts.map(({ returned }) => returned.length), 1);
  const columns = Array.from({ length: Math.min(COLUMNS, most) }, (_, index) => index);
  return (
    <>
      <div class="finer">
        <Strip
          name={t("interval.title")}
          value={interval}
          options={[
            { value: "day", label: t("interval.day") },
            { value: "week", label: t("interval.week") },
          ]}
          onChoose={setInterval}
        />
      </div>
      {found.problem && !found.value && <Trouble problem={found.problem} onRetry={found.reload} />}
      {!found.value && !found.problem && <Bones lines={5} />}
      {found.value && !cohorts.length && <Empty>{t("panel.empty")}</Empty>}
      {cohorts.length > 0 && (
        <div
          class={found.isStale ? "scroll-x stale" : "scroll-x"}
          tabIndex={0}
          role="region"
          aria-label={t("tab.retention")}
        >
          <table class="cohorts">
            <thead>
              <tr>
                <th scope="col">{t("retention.first")}</th>
                <th scope="col" class="num">
                  {t("metric.visitors")}
                </th>
                {columns.slice(1).map((column) => (
                  <th key={column} scope="col" class="num">
                    +{column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cohorts.map((cohort) => (
                <tr key={cohort.first_day}>
                  <th scope="row">{words.day(cohort.first_day)}</th>
                  <td class="num">{words.count(cohort.size)}</td>
                  {columns.slice(1).map((column) => (
                    <td
                      key={column}
                      class={`num heat h${heat(cohort.percent[column])}`}
                      title={cohort.returned[column] === undefined ? undefined : words.exact(cohort.returned[column]!)}
                    >
                      {cohort.percent[column] === undefined
                        ? ""
                        : words.percent(cohort.percent[column]!, cohort.percent[column]! < 10 ? 1 : 0)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

/** 0 to 4: how strong a share is shown. */
const heat = (percent: number | undefined): number =>
  percent === undefined || percent === 0 ? 0 : percent < 5 ? 1 : percent < 15 ? 2 : percent < 35 ? 3 : 4;
