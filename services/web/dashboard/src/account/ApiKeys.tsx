import { useState } from "preact/hooks";
import { encode } from "../api/client";
import { scopeValues } from "../api/schema";
import type { ApiKeyList, ApiKeyScope, NewApiKey, SiteList } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { Dialog } from "../ui/Dialog";
import { Checkbox } from "../ui/forms/Checkbox";
import { TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { SelectField } from "../ui/forms/SelectField";
import { useSubmission } from "../ui/forms/useSubmission";
import { ResourceList } from "../ui/ResourceList";
import { SecretReveal } from "../ui/SecretReveal";
import { Timestamp } from "../ui/Timestamp";

/** The user's API keys. */
export function ApiKeys() {
  const { t, relativeTime } = useI18n();
  const api = useApi();
  const keys = useData("keys", (signal) => api.get<ApiKeyList>("me/keys", undefined, signal));
  const [isCreating, setIsCreating] = useState(false);
  return (
    <ResourceList
      title={t("account.keys")}
      text={t("keys.text")}
      data={keys}
      items={keys.value?.keys}
      icon="key"
      emptyText={t("keys.none")}
      create={[t("keys.new"), () => setIsCreating(true)]}
      renderCells={(key) => (
        <>
          <th scope="row">
            <span class="break-anywhere">{key.name}</span> <code class="muted">{key.prefix}…</code>
          </th>
          <td>
            {key.scopes.map((scope) => (
              <span key={scope} class="tag">
                {scope}
              </span>
            ))}{" "}
            {key.site && <span class="tag accent">{key.site}</span>}
          </td>
          <td class="muted">
            {key.last_used_at ? (
              t("keys.used", { time: relativeTime(key.last_used_at, Date.now()) })
            ) : (
              <Timestamp iso={key.created_at} />
            )}
          </td>
        </>
      )}
      removal={{
        action: t("revoke"),
        successMessage: t("keys.revoked"),
        title: ({ name }) => t("keys.revoke", { name }),
        text: () => t("keys.revoke.text"),
        path: ({ id }) => `me/keys/${encode(id)}`,
      }}
    >
      {isCreating && <NewApiKeyDialog onCreated={keys.reload} onClose={() => setIsCreating(false)} />}
    </ResourceList>
  );
}

function NewApiKeyDialog({ onCreated, onClose }: { onCreated: () => void; onClose: () => void }) {
  const { t } = useI18n();
  const api = useApi();
  const sites = useData("sites", (signal) => api.get<SiteList>("sites", undefined, signal));
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly ApiKeyScope[]>(["read:stats"]);
  const [site, setSite] = useState("");
  const [createdKey, setCreatedKey] = useState("");
  const form = useSubmission(["name"]);
  const submit = () =>
    void form.run(async () => {
      const { key } = await api.post<NewApiKey>("me/keys", { name, scopes, ...(site ? { site } : {}) });
      setCreatedKey(key);
      onCreated();
    });
  return (
    <Dialog title={t("keys.new")} onClose={onClose}>
      {createdKey ? (
        <SecretReveal text={t("keys.created")} secret={createdKey} onClose={onClose} />
      ) : (
        <Form
          submission={form}
          submitLabel={t("keys.create")}
          isReady={scopes.length > 0}
          onCancel={onClose}
          onSubmit={submit}
        >
          <TextField
            label={t("keys.name")}
            hint={t("keys.name.hint")}
            error={form.fields.name}
            required
            autofocus
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <fieldset class="stack">
            <legend class="visually-hidden">{t("keys.scopes")}</legend>
            {scopeValues.map((scope) => (
              <Checkbox
                key={scope}
                label={t(`scope.${scope}`)}
                hint={scope}
                checked={scopes.includes(scope)}
                onChange={(isChecked) =>
                  setScopes(isChecked ? [...scopes, scope] : scopes.filter((each) => each !== scope))
                }
              />
            ))}
          </fieldset>
          <SelectField
            label={t("keys.site")}
            value={site}
            onChoose={setSite}
            options={[
              { value: "", label: t("keys.all-sites") },
              ...(sites.value?.sites ?? []).map((each) => ({ value: each.name, label: each.name })),
            ]}
          />
        </Form>
      )}
    </Dialog>
  );
}
