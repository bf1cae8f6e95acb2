import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { NewShare, ShareList } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { useSubmission } from "../ui/forms/useSubmission";
import { ResourceList } from "../ui/ResourceList";
import { SecretReveal } from "../ui/SecretReveal";
import { Timestamp } from "../ui/Timestamp";

/** Links that show the dashboard to people without an account. */
export function ShareLinks({ site }: { site: string }) {
  const { t } = useI18n();
  const api = useApi();
  const path = `sites/${encode(site)}/shares`;
  const shares = useData(path, (signal) => api.get<ShareList>(path, undefined, signal));
  const [isCreating, setIsCreating] = useState(false);
  return (
    <ResourceList
      title={t("shares.title")}
      text={t("shares.text")}
      data={shares}
      items={shares.value?.shares}
      icon="link"
      emptyText={t("shares.none")}
      create={[t("shares.new"), () => setIsCreating(true)]}
      renderCells={(share) => (
        <>
          <th scope="row" class="break-anywhere">
            {share.name} {share.has_password && <span class="tag">{t("shares.password")}</span>}
          </th>
          <td class="muted">
            <Timestamp iso={share.created_at} /> {share.created_by && `· ${share.created_by}`}
          </td>
        </>
      )}
      removal={{
        action: t("revoke"),
        successMessage: t("shares.revoked"),
        title: ({ name }) => t("shares.revoke", { name }),
        text: () => t("shares.revoke.text"),
        path: ({ id }) => `${path}/${encode(id)}`,
      }}
    >
      {isCreating && <NewShareLinkDialog path={path} onCreated={shares.reload} onClose={() => setIsCreating(false)} />}
    </ResourceList>
  );
}

function NewShareLinkDialog({
  path,
  onCreated,
  onClose,
}: {
  path: string;
  onCreated: () => void;
  onClose: () => void;
}) {
  const { t } = useI18n();
  const api = useApi();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [createdUrl, setCreatedUrl] = useState("");
  const form = useSubmission(["name", "password"]);
  const submit = () =>
    void form.run(async () => {
      const { token } = await api.post<NewShare>(path, { name, ...(password ? { password } : {}) });
      // After the hash, which browsers never send, so that no server can log the token.
      setCreatedUrl(`${location.origin}/share#${token}`);
      onCreated();
    });
  return (
    <Dialog title={t("shares.new")} onClose={onClose}>
      {createdUrl ? (
        <SecretReveal text={t("shares.created")} secret={createdUrl} onClose={onClose} />
      ) : (
        <Form submission={form} class="stack" submitLabel={t("shares.create")} onCancel={onClose} onSubmit={submit}>
          <TextField
            label={t("shares.name")}
            hint={t("shares.name.hint")}
            error={form.fields.name}
            required
            autofocus
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <TextField
            label={t("shares.set-password")}
            hint={t("shares.set-password.hint")}
            error={form.fields.password}
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
