import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { Site } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Bones, CopyButton, Moment, Trouble } from "../ui/bits";
import { Confirm } from "../ui/Confirm";
import { Dialog } from "../ui/Dialog";
import { Check, Refusal, SelectField, TextField, useSubmission } from "../ui/forms";
import { Icon } from "../ui/icons";
import { Box } from "../ui/Sections";

const SCOPES = ["read:stats", "write:events", "admin"] as const;
type Scope = (typeof SCOPES)[number];

interface Key {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  site: string | null;
  created_at: string;
  last_used_at: string | null;
}

/** Keys for programs that act in one's name. */
export function Keys() {
  const { t, ago } = useWords();
  const api = useApi();
  const keys = useData("keys", (signal) => api.get<{ keys: Key[] }>("me/keys", undefined, signal));
  const [isMaking, setMaking] = useState(false);
  const [ending, setEnding] = useState<Key>();
  return (
    <Box
      title={t("account.keys")}
      text={t("keys.text")}
      actions={
        <button type="button" class="button" onClick={() => setMaking(true)}>
          <Icon name="plus" />
          {t("keys.new")}
        </button>
      }
    >
      {keys.problem && <Trouble problem={keys.problem} onRetry={keys.reload} />}
      {!keys.value && !keys.problem && <Bones lines={2} />}
      {keys.value && keys.value.keys.length > 0 && (
        <div class="scroll-x">
          <table class="list">
            <tbody>
              {keys.value.keys.map((key) => (
                <tr key={key.id}>
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
                  <td class="muted">{key.last_used_at ? t("keys.used", { time: ago(key.last_used_at, Date.now()) }) : <Moment iso={key.created_at} />}</td>
                  <td class="end">
                    <button type="button" class="button tight danger outline" onClick={() => setEnding(key)}>
                      {t("revoke")}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isMaking && <NewKey onMade={keys.reload} onClose={() => setMaking(false)} />}
      {ending && (
        <Confirm
          title={t("keys.revoke", { name: ending.name })}
          action={t("revoke")}
          said={t("keys.revoked")}
          onDo={async () => {
            await api.delete(`me/keys/${part(ending.id)}`);
            keys.reload();
          }}
          onClose={() => setEnding(undefined)}
        >
          {t("keys.revoke.text")}
        </Confirm>
      )}
    </Box>
  );
}

function NewKey({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const sites = useData("sites", (signal) => api.get<{ sites: Site[] }>("sites", undefined, signal));
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read:stats"]);
  const [site, setSite] = useState("");
  const [made, setMade] = useState("");
  const form = useSubmission(["name"]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void form.run(async () => {
      const { key } = await api.post<{ key: string }>("me/keys", { name, scopes, ...(site ? { site } : {}) });
      setMade(key);
      onMade();
    });
  };
  return (
    <Dialog title={t("keys.new")} onClose={onClose}>
      {made ? (
        <div class="stack">
          <p>{t("keys.made")}</p>
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
        <form class="stack wide" onSubmit={submit}>
          <TextField label={t("keys.name")} hint={t("keys.name.hint")} wrong={form.fields.name} required autofocus value={name} onInput={(event) => setName(event.currentTarget.value)} />
          <fieldset class="stack">
            <legend class="hidden">{t("keys.scopes")}</legend>
            {SCOPES.map((scope) => (
              <Check key={scope} label={t(`scope.${scope}`)} hint={scope} checked={scopes.includes(scope)} onChange={(wanted) => setScopes(wanted ? [...scopes, scope] : scopes.filter((each) => each !== scope))} />
            ))}
          </fieldset>
          <SelectField label={t("keys.site")} value={site} onChoose={setSite} options={[{ value: "", label: t("keys.all-sites") }, ...(sites.value?.sites ?? []).map((each) => ({ value: each.name, label: each.name }))]} />
          <Refusal of={form} />
          <footer>
            <button type="button" class="button" onClick={onClose}>
              {t("cancel")}
            </button>
            <button class="button main" disabled={form.isBusy || !scopes.length}>
              {t("keys.make")}
            </button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
