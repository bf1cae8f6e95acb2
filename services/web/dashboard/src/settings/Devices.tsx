import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { Scheme, Site } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Bones, Empty, Moment, Trouble } from "../ui/bits";
import { Confirm } from "../ui/Confirm";
import { Check, Refusal } from "../ui/forms";
import { Icon } from "../ui/icons";
import { Box } from "../ui/Sections";
import { useSiteForm } from "./useSiteForm";

export interface SiteKey {
  id: string;
  name: string;
  public_key_hex: string;
  created_by: string | null;
  created_at: string;
  last_used_at: string | null;
  last_scheme: Scheme | null;
}

/** The site's keys; with `every`, asked for again and again: a device may come at any moment. */
export function useSiteKeys(site: string, every?: number) {
  const api = useApi();
  const path = `sites/${part(site)}/keys`;
  return useData(path, (signal) => api.get<{ keys: SiteKey[] }>(path, undefined, signal), { every });
}

/** Phones and programs that read the numbers with a key of their own. */
export function Devices({ site, onChange }: { site: Site; onChange: () => void }) {
  const { t } = useWords();
  return (
    <>
      <Keys site={site.name} />
      <Box title={t("schemes.title")} text={t("schemes.text")}>
        <Schemes site={site} onChange={onChange} />
      </Box>
    </>
  );
}

function Keys({ site }: { site: string }) {
  const { t, ago } = useWords();
  const api = useApi();
  const keys = useSiteKeys(site);
  const [ending, setEnding] = useState<SiteKey>();
  return (
    <Box
      title={t("settings.devices")}
      text={t("devices.text")}
      actions={
        <a class="button" href={`/pair/${part(site)}`}>
          <Icon name="plus" />
          {t("devices.pair")}
        </a>
      }
    >
      {keys.problem && <Trouble problem={keys.problem} onRetry={keys.reload} />}
      {!keys.value && !keys.problem && <Bones lines={2} />}
      {keys.value?.keys.length === 0 && <Empty icon="key">{t("devices.none")}</Empty>}
      {keys.value && keys.value.keys.length > 0 && (
        <div class="scroll-x">
          <table class="list">
            <tbody>
              {keys.value.keys.map((key) => (
                <tr key={key.id}>
                  <th scope="row">
                    <span class="breakable">{key.name}</span> <code class="muted wide-only">{key.public_key_hex.slice(0, 8)}…</code>
                  </th>
                  <td class="muted">
                    {key.last_used_at ? t("keys.used", { time: ago(key.last_used_at, Date.now()) }) : t("devices.never")}
                    {key.last_scheme && (
                      <>
                        {" "}
                        <span class="tag">{t(`scheme.${key.last_scheme}.short`)}</span>
                      </>
                    )}
                  </td>
                  <td class="muted wide-only">
                    <Moment iso={key.created_at} /> {key.created_by && `· ${key.created_by}`}
                  </td>
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
      {ending && (
        <Confirm
          title={t("keys.revoke", { name: ending.name })}
          action={t("revoke")}
          said={t("keys.revoked")}
          onDo={async () => {
            await api.delete(`sites/${part(site)}/keys/${part(ending.id)}`);
            keys.reload();
          }}
          onClose={() => setEnding(undefined)}
        >
          {t("devices.revoke.text")}
        </Confirm>
      )}
    </Box>
  );
}

const SCHEMES = ["rfc9421", "legacy"] as const;

function Schemes({ site, onChange }: { site: Site; onChange: () => void }) {
  const { t } = useWords();
  const [chosen, setChosen] = useState<readonly Scheme[]>(site.signature_schemes);
  const [form, save] = useSiteForm(site, onChange, []);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        save({ signature_schemes: [...chosen] });
      }}
    >
      {SCHEMES.map((scheme) => (
        <Check
          key={scheme}
          label={t(`scheme.${scheme}`)}
          hint={t(`scheme.${scheme}.hint`)}
          checked={chosen.includes(scheme)}
          onChange={(wanted) => setChosen(wanted ? [...chosen, scheme] : chosen.filter((each) => each !== scheme))}
        />
      ))}
      <Refusal of={form} />
      <footer>
        <button class="button main" disabled={form.isBusy || !chosen.length}>
          {t("save")}
        </button>
      </footer>
    </form>
  );
}
