import { useState } from "preact/hooks";
import { part } from "../api/client";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Bones, CopyButton, Moment, Trouble } from "../ui/bits";
import { Confirm } from "../ui/Confirm";
import { Dialog } from "../ui/Dialog";
import { Refusal, TextField, useSubmission } from "../ui/forms";
import { Icon } from "../ui/icons";
import { Box } from "../ui/Sections";

interface Share {
  id: string;
  name: string;
  has_password: boolean;
  created_by: string | null;
  created_at: string;
}

/** Links that show the numbers to people without an account. */
export function Shares({ site }: { site: string }) {
  const { t } = useWords();
  const api = useApi();
  const path = `sites/${part(site)}/shares`;
  const shares = useData(path, (signal) => api.get<{ shares: Share[] }>(path, undefined, signal));
  const [isMaking, setMaking] = useState(false);
  const [ending, setEnding] = useState<Share>();
  return (
    <Box
      title={t("shares.title")}
      text={t("shares.text")}
      actions={
        <button type="button" class="button" onClick={() => setMaking(true)}>
          <Icon name="plus" />
          {t("shares.new")}
        </button>
      }
    >
      {shares.problem && <Trouble problem={shares.problem} onRetry={shares.reload} />}
      {!shares.value && !shares.problem && <Bones lines={2} />}
      {shares.value && shares.value.shares.length > 0 && (
        <div class="scroll-x">
          <table class="list">
            <tbody>
              {shares.value.shares.map((share) => (
                <tr key={share.id}>
                  <th scope="row" class="breakable">
                    {share.name} {share.has_password && <span class="tag">{t("shares.password")}</span>}
                  </th>
                  <td class="muted">
                    <Moment iso={share.created_at} /> {share.created_by && `· ${share.created_by}`}
                  </td>
                  <td class="end">
                    <button type="button" class="button tight danger outline" onClick={() => setEnding(share)}>
                      {t("revoke")}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isMaking && <NewShare path={path} onMade={shares.reload} onClose={() => setMaking(false)} />}
      {ending && (
        <Confirm
          title={t("shares.revoke", { name: ending.name })}
          action={t("revoke")}
          said={t("shares.revoked")}
          onDo={async () => {
            await api.delete(`${path}/${part(ending.id)}`);
            shares.reload();
          }}
          onClose={() => setEnding(undefined)}
        >
          {t("shares.revoke.text")}
        </Confirm>
      )}
    </Box>
  );
}

function NewShare({ path, onMade, onClose }: { path: string; onMade: () => void; onClose: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [made, setMade] = useState("");
  const form = useSubmission(["name", "password"]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void form.run(async () => {
      const { token } = await api.post<{ token: string }>(path, { name, ...(password ? { password } : {}) });
      // After the hash: what browsers never send, and no server can log.
      setMade(`${location.origin}/share#${token}`);
      onMade();
    });
  };
  return (
    <Dialog title={t("shares.new")} onClose={onClose}>
      {made ? (
        <div class="stack">
          <p>{t("shares.made")}</p>
          <p class="secret" data-secret>
            {made}
          </p>
          <footer>
            <CopyButton text={made} />
            <button type="button" class="button main" onClick={onClose}>
              {t("done")}
            </button>
          </footer>
        </div>
      ) : (
        <form class="stack" onSubmit={submit}>
          <TextField label={t("shares.name")} hint={t("shares.name.hint")} wrong={form.fields.name} required autofocus value={name} onInput={(event) => setName(event.currentTarget.value)} />
          <TextField label={t("shares.set-password")} hint={t("shares.set-password.hint")} wrong={form.fields.password} type="password" autocomplete="new-password" value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
          <Refusal of={form} />
          <footer>
            <button type="button" class="button" onClick={onClose}>
              {t("cancel")}
            </button>
            <button class="button main" disabled={form.isBusy}>
              {t("shares.make")}
            </button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
