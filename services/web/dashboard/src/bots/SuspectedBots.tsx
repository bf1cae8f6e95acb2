import { encode } from "../api/client";
import type { BotScores } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { siteHref } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { ErrorAlert } from "../ui/ErrorAlert";
import { SettingsCard } from "../ui/SettingsCard";
import { SkeletonLines } from "../ui/Skeleton";

const SHOWN = 20;

/** Visitors that no rule matched and that the model scores as bots. */
export function SuspectedBots({ site }: { site: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useApi();
  const path = `sites/${encode(site)}/bots/scores`;
  const data = useData(path, (signal) => api.get<BotScores>(path, { limit: SHOWN }, signal));
  const candidates = data.value?.scores;
  return (
    <SettingsCard
      title={t("suspected.title")}
      text={t(data.value?.model === "apply" ? "suspected.text.apply" : "suspected.text.show")}
    >
      {data.problem && <ErrorAlert problem={data.problem} onRetry={data.reload} />}
      {!candidates && !data.problem && <SkeletonLines lines={2} />}
      {candidates?.length === 0 && <p class="muted">{t("suspected.none")}</p>}
      {candidates && candidates.length > 0 && (
        <div class="scroll-x">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t("suspected.because")}</th>
                <th scope="col" class="num">
                  {t("suspected.score")}
                </th>
                <th scope="col" class="wide-only">
                  {t("visits.last")}
                </th>
              </tr>
            </thead>
            <tbody>
              {candidates.map((candidate, index) => (
                <tr key={index}>
                  <th scope="row">
                    <span class="row">
                      {candidate.reasons.map((reason) => (
                        <span key={reason} class="tag">
                          {i18n.lookup(`feature.${reason}`, reason)}
                        </span>
                      ))}
                    </span>
                  </th>
                  <td class="num">{i18n.percent(candidate.score * 100)}</td>
                  <td class="muted wide-only">
                    {candidate.visitor ? (
                      <a href={siteHref(site, "visitors", candidate.visitor)}>{i18n.dateTime(candidate.last_visit)}</a>
                    ) : (
                      i18n.dateTime(candidate.last_visit)
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </SettingsCard>
  );
}
