import { part } from "../api/client";
import type { LoginSessionList } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Bones, Trouble } from "../ui/bits";
import { Refusal, useSubmission } from "../ui/forms";
import { Box } from "../ui/Sections";
import { nameOfClient } from "./nameOfClient";

/** Where one is logged in. */
export function Sessions() {
  const { t, ago } = useWords();
  const api = useApi();
  const sessions = useData("sessions", (signal) => api.get<LoginSessionList>("me/sessions", undefined, signal));
  const form = useSubmission();
  const all = sessions.value?.sessions ?? [];
  const end = (path: string) =>
    void form.run(() => api.delete(path), t("sessions.ended")).then((done) => done && sessions.reload());
  return (
    <Box
      title={t("sessions.title")}
      text={t("sessions.text")}
      actions={
        all.length > 1 && (
          <button type="button" class="button" disabled={form.isBusy} onClick={() => end("me/sessions")}>
            {t("sessions.end-others")}
          </button>
        )
      }
    >
      {sessions.problem && <Trouble problem={sessions.problem} onRetry={sessions.reload} />}
      {!sessions.value && !sessions.problem && <Bones lines={2} />}
      {all.length > 0 && (
        <div class="scroll-x">
          <table class="list stacked">
            <tbody>
              {all.map((session) => (
                <tr key={session.id}>
                  <th scope="row" title={session.client}>
                    {nameOfClient(session.client) || t("sessions.unknown")}{" "}
                    {session.current && <span class="tag accent">{t("sessions.this")}</span>}
                  </th>
                  <td class="muted">{t("sessions.used", { time: ago(session.refreshed_at, Date.now()) })}</td>
                  <td class="end">
                    {!session.current && (
                      <button
                        type="button"
                        class="button tight danger outline"
                        onClick={() => end(`me/sessions/${part(session.id)}`)}
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
      <Refusal of={form} />
    </Box>
  );
}
