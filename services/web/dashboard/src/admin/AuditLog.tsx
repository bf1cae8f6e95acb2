import { useState } from "preact/hooks";
import type { AuditPage } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { usePagedData } from "../lib/usePagedData";
import { useApi } from "../session/SessionContext";
import { EmptyState } from "../ui/EmptyState";
import { ErrorAlert } from "../ui/ErrorAlert";
import { TextField } from "../ui/forms/Field";
import { SettingsCard } from "../ui/SettingsCard";
import { SkeletonLines } from "../ui/Skeleton";
import { Timestamp } from "../ui/Timestamp";

/** The audit log: who changed what, and when. */
export function AuditLog() {
  const { t } = useI18n();
  const api = useApi();
  const [actor, setActor] = useState("");
  const [action, setAction] = useState("");
  const log = usePagedData(`audit ${actor} ${action}`, async (after, signal) => {
    const page = await api.get<AuditPage>("audit", { after, actor: actor || null, action: action || null }, signal);
    return { rows: page.entries, next: page.next };
  });
  return (
    <SettingsCard title={t("audit.title")} text={t("audit.text")}>
      <div class="two-columns">
        <TextField
          label={t("audit.actor")}
          value={actor}
          onChange={(event) => setActor(event.currentTarget.value.trim())}
        />
        <TextField
          label={t("audit.action")}
          placeholder="site.update"
          value={action}
          onChange={(event) => setAction(event.currentTarget.value.trim())}
        />
      </div>
      {log.problem && <ErrorAlert problem={log.problem} onRetry={log.reload} />}
      {!log.rows && !log.problem && <SkeletonLines lines={6} />}
      {log.rows?.length === 0 && <EmptyState icon="clock">{t("audit.none")}</EmptyState>}
      {log.rows && log.rows.length > 0 && (
        <div class="scroll-x" tabIndex={0} role="region" aria-label={t("audit.title")}>
          <table class="table stacked log">
            <thead>
              <tr>
                <th scope="col">{t("audit.at")}</th>
                <th scope="col">{t("audit.actor")}</th>
                <th scope="col">{t("audit.action")}</th>
                <th scope="col">{t("audit.subject")}</th>
              </tr>
            </thead>
            <tbody>
              {log.rows.map((entry) => (
                <tr key={entry.id}>
                  <td class="muted timestamp">
                    <Timestamp iso={entry.at} />
                  </td>
                  <td class="break-anywhere">{entry.actor}</td>
                  <td>
                    <code>{entry.action}</code>
                  </td>
                  <td class="break-anywhere">
                    {entry.subject}{" "}
                    {entry.fields.length > 0 && <span class="muted small">({entry.fields.join(", ")})</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {log.loadMore && (
        <footer>
          <button type="button" class="button" disabled={log.isBusy} onClick={log.loadMore}>
            {t("more")}
          </button>
        </footer>
      )}
    </SettingsCard>
  );
}
