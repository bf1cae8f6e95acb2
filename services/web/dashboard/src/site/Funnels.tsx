import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { Funnel, FunnelList, FunnelReport, FunnelStep } from "../api/types";
import { useWords, type Words } from "../i18n/words";
import { siteAddress } from "../lib/router";
import { useData } from "../lib/useData";
import { apiParams, type View } from "../lib/view";
import { useApi } from "../session/context";
import { Bones, Empty, Trouble } from "../ui/bits";
import { statsPath, useReport } from "./stats";

interface Props {
  site: string;
  view: View;
  canManage: boolean;
}

export const nameOfStep = (step: FunnelStep): string => step.goal ?? step.page ?? step.event ?? "";

/** How far visitors come on a way of several steps. */
export function Funnels({ site, view, canManage }: Props) {
  const { t } = useWords();
  const api = useApi();
  const list = useData(`funnels ${site}`, (signal) =>
    api.get<FunnelList>(`sites/${part(site)}/funnels`, undefined, signal),
  );
  const [chosen, setChosen] = useState("");
  const funnels = list.value?.funnels;
  const funnel = funnels?.find(({ id }) => id === chosen) ?? funnels?.[0];
  if (list.problem && !funnels) return <Trouble problem={list.problem} onRetry={list.reload} />;
  if (!funnels) return <Bones lines={4} />;
  if (!funnel)
    return (
      <Empty icon="filter">
        <p>{t("funnels.none")}</p>
        {canManage && <a href={siteAddress(site, "settings", "funnels")}>{t("funnels.create")}</a>}
      </Empty>
    );
  return (
    <>
      {funnels.length > 1 && (
        <div class="finer">
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
      <Steps site={site} funnel={funnel} view={view} />
    </>
  );
}

function Steps({ site, funnel, view }: { site: string; funnel: Funnel; view: View }) {
  const words = useWords();
  const { t } = words;
  const found = useReport<FunnelReport>(statsPath(site, `funnels/${part(funnel.id)}`), apiParams(view), view);
  if (found.problem && !found.value) return <Trouble problem={found.problem} onRetry={found.reload} />;
  if (!found.value) return <Bones lines={4} />;
  const first = Math.max(1, found.value.steps[0]?.visitors ?? 0);
  return (
    <div class={found.isStale ? "stale" : ""}>
      <p class="small muted">
        <strong>{funnel.name}</strong> · {t("funnels.rate", { rate: words.percent(found.value.conversion_rate, 1) })}
      </p>
      <p class="heads" aria-hidden="true">
        <span>{t("funnels.steps")}</span>
        <span>{t("metric.visitors")}</span>
      </p>
      <ol class="funnel">
        {found.value.steps.map((step, index) => (
          <li key={index}>
            <p>
              <span class="cut">
                {index + 1}. {nameOfStep(step)}
              </span>
              <span class="num">
                <strong>{words.count(step.visitors)}</strong>{" "}
                <span class="muted">{words.percent(index ? step.rate_of_first : 100)}</span>
              </span>
            </p>
            <span class="track" aria-hidden="true">
              <span style={{ width: `${(step.visitors / first) * 100}%` }} />
            </span>
            {index > 0 && step.dropped > 0 && (
              <p class="small muted">{lost(step.dropped, step.rate_of_previous, words)}</p>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

const lost = (dropped: number, kept: number, words: Words): string =>
  words.t("funnels.dropped", { n: words.count(dropped), rate: words.percent(100 - kept) });
