import { part } from "../api/client";
import type { BotVisits } from "../api/types";
import { useWords } from "../i18n/words";
import { siteAddress } from "../lib/router";
import { usePagedData } from "../lib/usePagedData";
import { useApi } from "../session/context";
import { nameOfValue } from "../site/values";
import { Bones, Empty, Trouble } from "../ui/bits";
import { Dialog } from "../ui/Dialog";

export interface Wanted {
  title: string;
  rule?: string;
  network?: string;
  user_agent?: string;
  counted_as?: "bots" | "people";
}

interface Props {
  site: string;
  period: string;
  wanted: Wanted;
  onClose: () => void;
}

const LIMIT = 50;

/** Single visits that have something in common. */
export function BotVisitsDialog({ site, period, wanted, onClose }: Props) {
  const words = useWords();
  const { t } = words;
  const api = useApi();
  const { title, ...query } = wanted;
  const visits = usePagedData(`bot visits ${site} ${period} ${JSON.stringify(query)}`, async (after, signal) => {
    const page = Number(after ?? 1);
    const found = await api.get<BotVisits>(
      `sites/${part(site)}/bots/visits`,
      { period, ...query, limit: LIMIT, page },
      signal,
    );
    return { rows: found.visits, next: found.more ? String(page + 1) : null };
  });
  return (
    <Dialog wide title={title} onClose={onClose}>
      {visits.problem && <Trouble problem={visits.problem} onRetry={visits.reload} />}
      {!visits.rows && !visits.problem && <Bones lines={8} />}
      {visits.rows?.length === 0 && <Empty icon="clock">{t("visits.none")}</Empty>}
      {visits.rows && visits.rows.length > 0 && (
        <div class="stack">
          <div class="scroll-x" tabIndex={0} role="region" aria-label={title}>
            <table class="list bot-visits">
              <thead>
                <tr>
                  <th scope="col">{t("visits.started")}</th>
                  <th scope="col">{t("bots.reason")}</th>
                  <th scope="col">{t("dimension.entry")}</th>
                  <th scope="col" class="num">
                    {t("metric.pageviews")}
                  </th>
                  <th scope="col">{t("bots.column.networks")}</th>
                  <th scope="col">{t("bots.column.user_agents")}</th>
                </tr>
              </thead>
              <tbody>
                {visits.rows.map((visit, index) => (
                  <tr key={index}>
                    <th scope="row" class="stamp">
                      {visit.visitor ? (
                        <a href={siteAddress(site, "visitors", visit.visitor)}>{words.moment(visit.started_at)}</a>
                      ) : (
                        words.moment(visit.started_at)
                      )}
                    </th>
                    <td>
                      {visit.reason ? (
                        words.maybe(`rule.${visit.reason}`, visit.reason)
                      ) : (
                        <span class="tag accent">{t(visit.verdict ? "verdict.human" : "bots.human")}</span>
                      )}
                      {!visit.reason && visit.verdict && (
                        <div class="small muted">{words.maybe(`rule.${visit.verdict}`, visit.verdict)}</div>
                      )}
                    </td>
                    <td class="breakable">{visit.entry_page}</td>
                    <td class="num">{words.exact(visit.pageviews)}</td>
                    <td>
                      {visit.network}
                      <div class="small muted">{nameOfValue("country", visit.country, words)}</div>
                    </td>
                    <td class="agent small muted">{visit.user_agent || t("bots.no-agent")}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {visits.loadMore && (
            <div>
              <button type="button" class="button" disabled={visits.isBusy} onClick={visits.loadMore}>
                {t("more")}
              </button>
            </div>
          )}
        </div>
      )}
    </Dialog>
  );
}
