import { useState } from "preact/hooks";
import { encode } from "../../api/client";
import type { Funnel, FunnelList, FunnelReport, FunnelStep } from "../../api/types";
import { type I18n, useI18n } from "../../i18n/i18n";
import { siteHref } from "../../lib/router";
import { useData } from "../../lib/useData";
import { reportParams, type View } from "../../lib/view";
import { useApi } from "../../session/SessionContext";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { SkeletonLines } from "../../ui/Skeleton";
import { reportPath, useReport } from "../reports";

interface Props {
  site: string;
  view: View;
  canManage: boolean;
}

export const stepLabel = (step: FunnelStep): string => step.goal ?? step.page ?? step.event ?? "";

/** How many visitors reach each step of a funnel. */
export function Funnels({ site, view, canManage }: Props) {
  const { t } = useI18n();
  const api = useApi();
  const list = useData(`funnels ${site}`, (signal) =>
    api.get<FunnelList>(`sites/${encode(site)}/funnels`, undefined, signal),
  );
  const [chosen, setChosen] = useState("");
  const funnels = list.value?.funnels;
  const funnel = funnels?.find(({ id }) => id === chosen) ?? funnels?.[0];
  if (list.problem && !funnels) return <ErrorAlert problem={list.problem} onRetry={list.reload} />;
  if (!funnels) return <SkeletonLines lines={4} />;
  if (!funnel)
    return (
      <EmptyState icon="filter">
        <p>{t("funnels.none")}</p>
        {canManage && <a href={siteHref(site, "settings", "funnels")}>{t("funnels.create")}</a>}
      </EmptyState>
    );
  return (
    <>
      {funnels.length > 1 && (
        <div class="dimension-picker">
          <select
            class="input"
            aria-label={t("funnels.choose")}
            value={funnel.id}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {funnels.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
      <FunnelSteps site={site} funnel={funnel} view={view} />
    </>
  );
}

function FunnelSteps({ site, funnel, view }: { site: string; funnel: Funnel; view: View }) {
  const i18n = useI18n();
  const { t } = i18n;
  const data = useReport<FunnelReport>(reportPath(site, `funnels/${encode(funnel.id)}`), reportParams(view), view);
  if (data.problem && !data.value) return <ErrorAlert problem={data.problem} onRetry={data.reload} />;
  if (!data.value) return <SkeletonLines lines={4} />;
  const first = Math.max(1, data.value.steps[0]?.visitors ?? 0);
  return (
    <div class={data.isStale ? "stale" : ""}>
      <p class="small muted">
        <strong>{funnel.name}</strong> · {t("funnels.rate", { rate: i18n.percent(data.value.conversion_rate, 1) })}
      </p>
      <p class="column-heads" aria-hidden="true">
        <span>{t("funnels.steps")}</span>
        <span>{t("metric.visitors")}</span>
      </p>
      <ol class="funnel">
        {data.value.steps.map((step, index) => (
          <li key={index}>
            <p>
              <span class="truncate">
                {index + 1}. {stepLabel(step)}
              </span>
              <span class="num">
                <strong>{i18n.compact(step.visitors)}</strong>{" "}
                <span class="muted">{i18n.percent(index ? step.rate_of_first : 100)}</span>
              </span>
            </p>
            <span class="track" aria-hidden="true">
              <span style={{ width: `${(step.visitors / first) * 100}%` }} />
            </span>
            {index > 0 && step.dropped > 0 && (
              <p class="small muted">{dropOffText(step.dropped, step.rate_of_previous, i18n)}</p>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

const dropOffText = (dropped: number, rateOfPrevious: number, i18n: I18n): string =>
  i18n.t("funnels.dropped", { n: i18n.compact(dropped), rate: i18n.percent(100 - rateOfPrevious) });
