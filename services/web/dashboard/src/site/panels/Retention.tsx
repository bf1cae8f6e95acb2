import { useState } from "preact/hooks";
import type { RetentionReport } from "../../api/types";
import { useI18n } from "../../i18n/i18n";
import { countDays } from "../../lib/days";
import { fixedDateRange, reportParams, type View } from "../../lib/view";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { SegmentedControl } from "../../ui/forms/SegmentedControl";
import { SkeletonLines } from "../../ui/Skeleton";
import { reportPath, useReport } from "../reports";

const COLUMNS = 8;
const ROWS = 8;
/** The longest period, in days, that starts with daily instead of weekly cohorts. */
const MAX_DAILY_COHORT_DAYS = 14;

/** Visitors who returned, by the week or day of their first visit. */
export function Retention({ site, view }: { site: string; view: View }) {
  const i18n = useI18n();
  const { t } = i18n;
  const days = fixedDateRange(view);
  const startsDaily = days
    ? countDays(days.first, days.last) <= MAX_DAILY_COHORT_DAYS
    : view.period === "day" || view.period === "7d";
  const [interval, setInterval] = useState<"day" | "week">(startsDaily ? "day" : "week");
  const params = reportParams({ ...view, filters: [] });
  params.set("interval", interval);
  const data = useReport<RetentionReport>(reportPath(site, "cohort-retention"), params, view);
  const cohorts = data.value?.cohorts.filter(({ size }) => size).slice(-ROWS) ?? [];
  const maxIntervals = Math.max(...cohorts.map(({ returned }) => returned.length), 1);
  const columns = Array.from({ length: Math.min(COLUMNS, maxIntervals) }, (_, index) => index);
  return (
    <>
      <div class="dimension-picker">
        <SegmentedControl
          label={t("interval.title")}
          value={interval}
          options={[
            { value: "day", label: t("interval.day") },
            { value: "week", label: t("interval.week") },
          ]}
          onChoose={setInterval}
        />
      </div>
      {data.problem && !data.value && <ErrorAlert problem={data.problem} onRetry={data.reload} />}
      {!data.value && !data.problem && <SkeletonLines lines={5} />}
      {data.value && !cohorts.length && <EmptyState>{t("panel.empty")}</EmptyState>}
      {cohorts.length > 0 && (
        <div
          class={data.isStale ? "scroll-x stale" : "scroll-x"}
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
                  <th scope="row">{i18n.date(cohort.first_day)}</th>
                  <td class="num">{i18n.compact(cohort.size)}</td>
                  {columns.slice(1).map((column) => (
                    <td
                      key={column}
                      class={`num heat-${heatLevel(cohort.percent[column])}`}
                      title={cohort.returned[column] === undefined ? undefined : i18n.number(cohort.returned[column]!)}
                    >
                      {cohort.percent[column] === undefined
                        ? ""
                        : i18n.percent(cohort.percent[column]!, cohort.percent[column]! < 10 ? 1 : 0)}
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

/** The color of a share, from 0 to 4. */
const heatLevel = (percent: number | undefined): number =>
  percent === undefined || percent === 0 ? 0 : percent < 5 ? 1 : percent < 15 ? 2 : percent < 35 ? 3 : 4;
