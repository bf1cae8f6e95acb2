import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { ApiKeyList, ApiKeyScope, NewApiKey, SiteList } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Moment } from "../ui/bits";
import { Dialog } from "../ui/Dialog";
import { Check, Form, SelectField, TextField, useSubmission } from "../ui/forms";
import { Secret } from "../ui/Secret";
import { Things } from "../ui/Things";

const SCOPES = ["read:stats", "write:events", "admin"] as const;
/** Keys for programs that act in one's name. */
export function Keys() {
  const { t, ago } = useWords();
  const api = useApi();
  const keys = useData("keys", (signal) => api.get<ApiKeyList>("me/keys", undefined, signal));
  const [isMaking, setMaking] = useState(false);
  return (
    <Things
      title={t("account.keys")}
      text={t("keys.text")}
      found={keys}
      things={keys.value?.keys}
      icon="key"
      none={t("keys.none")}
      more={[t("keys.new"), () => setMaking(true)]}
      cells={(key) => (
        <>
          <th scope="row">
            <span class="breakable">{key.name}</span> <code class="muted">{key.prefix}…</code>
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
              t("keys.used", { time: ago(key.last_used_at, Date.now()) })
            ) : (
              <Moment iso={key.created_at} />
            )}
          </td>
        </>
      )}
      ending={{
        action: t("revoke"),
        said: t("keys.revoked"),
        title: ({ name }) => t("keys.revoke", { name }),
        text: () => t("keys.revoke.text"),
        path: ({ id }) => `me/keys/${part(id)}`,
      }}
    >
      {isMaking && <NewKey onMade={keys.reload} onClose={() => setMaking(false)} />}
    </Things>
  );
}

function NewKey({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const sites = useData("sites", (signal) => api.get<SiteList>("sites", undefined, signal));
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly ApiKeyScope[]>(["read:stats"]);
  const [site, setSite] = useState("");
  const [made, setMade] = useState("");
  const form = useSubmission(["name"]);
  const submit = () =>
    void form.run(async () => {
      const { key } = await api.post<NewApiKey>("me/keys", { name, scopes, ...(site ? { site } : {}) });
      setMade(key);
      onMade();
    });
  return (
    <Dialog title={t("keys.new")} onClose={onClose}>
      {made ? (
        <Secret text={t("keys.created")} secret={made} onClose={onClose} />
      ) : (
        <Form of={form} action={t("keys.create")} isReady={scopes.length > 0} onCancel={onClose} onSubmit={submit}>
          <TextField
            label={t("keys.name")}
            hint={t("keys.name.hint")}
            wrong={form.fields.name}
            required
            autofocus
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <fieldset class="stack">
            <legend class="hidden">{t("keys.scopes")}</legend>
            {SCOPES.map((scope) => (
              <Check
                key={scope}
                label={t(`scope.${scope}`)}
                hint={scope}
                checked={scopes.includes(scope)}
                onChange={(wanted) => setScopes(wanted ? [...scopes, scope] : scopes.filter((each) => each !== scope))}
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
