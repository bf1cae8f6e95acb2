import { encode } from "../api/client";
import type { BotVisits } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { siteHref } from "../lib/router";
import { usePagedData } from "../lib/usePagedData";
import { useApi } from "../session/SessionContext";
import { valueLabel } from "../site/dimensions";
import { Dialog } from "../ui/Dialog";
import { EmptyState } from "../ui/EmptyState";
import { ErrorAlert } from "../ui/ErrorAlert";
import { SkeletonLines } from "../ui/Skeleton";

export interface BotVisitFilter {
  title: string;
  rule?: string;
  network?: string;
  user_agent?: string;
  counted_as?: "bot" | "human";
}

interface Props {
  site: string;
  period: string;
  filter: BotVisitFilter;
  onClose: () => void;
}

const LIMIT = 50;

/** The visits that match a filter. */
export function BotVisitsDialog({ site, period, filter, onClose }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useApi();
  const { title, ...query } = filter;
  const visits = usePagedData(`bot visits ${site} ${period} ${JSON.stringify(query)}`, async (after, signal) => {
    const page = Number(after ?? 1);
    const result = await api.get<BotVisits>(
      `sites/${encode(site)}/bots/visits`,
      { period, ...query, limit: LIMIT, page },
      signal,
    );
    return { rows: result.visits, next: result.more ? String(page + 1) : null };
  });
  return (
    <Dialog wide title={title} onClose={onClose}>
      {visits.problem && <ErrorAlert problem={visits.problem} onRetry={visits.reload} />}
      {!visits.rows && !visits.problem && <SkeletonLines lines={8} />}
      {visits.rows?.length === 0 && <EmptyState icon="clock">{t("visits.none")}</EmptyState>}
      {visits.rows && visits.rows.length > 0 && (
        <div class="stack">
          <div class="scroll-x" tabIndex={0} role="region" aria-label={title}>
            <table class="table bot-visits">
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
                    <th scope="row" class="timestamp">
                      {visit.visitor ? (
                        <a href={siteHref(site, "visitors", visit.visitor)}>{i18n.dateTime(visit.started_at)}</a>
                      ) : (
                        i18n.dateTime(visit.started_at)
                      )}
                    </th>
                    <td>
                      {visit.reason ? (
                        i18n.lookup(`rule.${visit.reason}`, visit.reason)
                      ) : (
                        <span class="tag accent">{t(visit.verdict ? "action.allow" : "bots.human")}</span>
                      )}
                      {!visit.reason && visit.verdict && (
                        <div class="small muted">{i18n.lookup(`rule.${visit.verdict}`, visit.verdict)}</div>
                      )}
                    </td>
                    <td class="break-anywhere">{visit.entry_page}</td>
                    <td class="num">{i18n.number(visit.pageviews)}</td>
                    <td>
                      {visit.network}
                      <div class="small muted">{valueLabel("country", visit.country, i18n)}</div>
                    </td>
                    <td class="user-agent small muted">{visit.user_agent || t("bots.no-agent")}</td>
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
