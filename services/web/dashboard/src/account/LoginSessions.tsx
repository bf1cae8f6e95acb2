import { encode } from "../api/client";
import type { LoginSessionList } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { clientName } from "../lib/userAgent";
import { useApi } from "../session/SessionContext";
import { ErrorAlert } from "../ui/ErrorAlert";
import { FormError } from "../ui/forms/Form";
import { useSubmission } from "../ui/forms/useSubmission";
import { SettingsCard } from "../ui/SettingsCard";
import { SkeletonLines } from "../ui/Skeleton";

/** The user's login sessions. */
export function LoginSessions() {
  const { t, relativeTime } = useI18n();
  const api = useApi();
  const sessions = useData("sessions", (signal) => api.get<LoginSessionList>("me/sessions", undefined, signal));
  const form = useSubmission();
  const allSessions = sessions.value?.sessions ?? [];
  const end = (path: string) =>
    void form.run(() => api.delete(path), t("sessions.ended")).then((done) => done && sessions.reload());
  return (
    <SettingsCard
      title={t("sessions.title")}
      text={t("sessions.text")}
      actions={
        allSessions.length > 1 && (
          <button type="button" class="button" disabled={form.isBusy} onClick={() => end("me/sessions")}>
            {t("sessions.end-others")}
          </button>
        )
      }
    >
      {sessions.problem && <ErrorAlert problem={sessions.problem} onRetry={sessions.reload} />}
      {!sessions.value && !sessions.problem && <SkeletonLines lines={2} />}
      {allSessions.length > 0 && (
        <div class="scroll-x">
          <table class="table stacked">
            <tbody>
              {allSessions.map((session) => (
                <tr key={session.id}>
                  <th scope="row" title={session.client}>
                    {clientName(session.client) || t("sessions.unknown")}{" "}
                    {session.current && <span class="tag accent">{t("sessions.this")}</span>}
                  </th>
                  <td class="muted">{t("sessions.used", { time: relativeTime(session.refreshed_at, Date.now()) })}</td>
                  <td class="end">
                    {!session.current && (
                      <button
                        type="button"
                        class="button compact danger outline"
                        onClick={() => end(`me/sessions/${encode(session.id)}`)}
                      >
                        {t("sessions.end")}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <FormError submission={form} />
    </SettingsCard>
  );
}
