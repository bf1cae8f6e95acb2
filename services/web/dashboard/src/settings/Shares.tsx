import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { NewShare, ShareList } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Moment } from "../ui/bits";
import { Dialog } from "../ui/Dialog";
import { Form, TextField, useSubmission } from "../ui/forms";
import { Secret } from "../ui/Secret";
import { Things } from "../ui/Things";

/** Links that show the numbers to people without an account. */
export function Shares({ site }: { site: string }) {
  const { t } = useWords();
  const api = useApi();
  const path = `sites/${part(site)}/shares`;
  const shares = useData(path, (signal) => api.get<ShareList>(path, undefined, signal));
  const [isMaking, setMaking] = useState(false);
  return (
    <Things
      title={t("shares.title")}
      text={t("shares.text")}
      found={shares}
      things={shares.value?.shares}
      icon="link"
      none={t("shares.none")}
      more={[t("shares.new"), () => setMaking(true)]}
      cells={(share) => (
        <>
          <th scope="row" class="breakable">
            {share.name} {share.has_password && <span class="tag">{t("shares.password")}</span>}
          </th>
          <td class="muted">
            <Moment iso={share.created_at} /> {share.created_by && `· ${share.created_by}`}
          </td>
        </>
      )}
      ending={{
        action: t("revoke"),
        said: t("shares.revoked"),
        title: ({ name }) => t("shares.revoke", { name }),
        text: () => t("shares.revoke.text"),
        path: ({ id }) => `${path}/${part(id)}`,
      }}
    >
      {isMaking && <NewShareDialog path={path} onMade={shares.reload} onClose={() => setMaking(false)} />}
    </Things>
  );
}

function NewShareDialog({ path, onMade, onClose }: { path: string; onMade: () => void; onClose: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [made, setMade] = useState("");
  const form = useSubmission(["name", "password"]);
  const submit = () =>
    void form.run(async () => {
      const { token } = await api.post<NewShare>(path, { name, ...(password ? { password } : {}) });
      // After the hash: what browsers never send, and no server can log.
      setMade(`${location.origin}/share#${token}`);
      onMade();
    });
  return (
    <Dialog title={t("shares.new")} onClose={onClose}>
      {made ? (
        <Secret text={t("shares.created")} secret={made} onClose={onClose} />
      ) : (
        <Form of={form} class="stack" action={t("shares.create")} onCancel={onClose} onSubmit={submit}>
          <TextField
            label={t("shares.name")}
            hint={t("shares.name.hint")}
            wrong={form.fields.name}
            required
            autofocus
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <TextField
            label={t("shares.set-password")}
            hint={t("shares.set-password.hint")}
            wrong={form.fields.password}
            type="password"
            autocomplete="new-password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </Form>
      )}
    </Dialog>
  );
}
