import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { SignatureScheme, Site, SiteKeyList } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Moment } from "../ui/bits";
import { Check, Form } from "../ui/forms";
import { Box } from "../ui/Sections";
import { Things } from "../ui/Things";
import { useSiteForm } from "./useSiteForm";

/** The site's keys; with `every`, asked for again and again: a device may come at any moment. */
export function useSiteKeys(site: string, every?: number) {
  const api = useApi();
  const path = `sites/${part(site)}/keys`;
  return useData(path, (signal) => api.get<SiteKeyList>(path, undefined, signal), { every });
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
  const keys = useSiteKeys(site);
  return (
    <Things
      title={t("settings.devices")}
      text={t("devices.text")}
      found={keys}
      things={keys.value?.keys}
      icon="key"
      none={t("devices.none")}
      more={[t("devices.pair"), `/pair/${part(site)}`]}
      cells={(key) => (
        <>
          <th scope="row">
            <span class="breakable">{key.name}</span>{" "}
            <code class="muted wide-only">{key.public_key_hex.slice(0, 8)}…</code>
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
        </>
      )}
      ending={{
        action: t("revoke"),
        said: t("keys.revoked"),
        title: ({ name }) => t("keys.revoke", { name }),
        text: () => t("devices.revoke.text"),
        path: ({ id }) => `sites/${part(site)}/keys/${part(id)}`,
      }}
    />
  );
}

const SCHEMES = ["rfc9421", "legacy"] as const;

function Schemes({ site, onChange }: { site: Site; onChange: () => void }) {
  const { t } = useWords();
  const [chosen, setChosen] = useState<readonly SignatureScheme[]>(site.signature_schemes);
  const [form, save] = useSiteForm(site, onChange, []);
  return (
    <Form
      of={form}
      class="stack"
      action={t("save")}
      isReady={chosen.length > 0}
      onSubmit={() => save({ signature_schemes: [...chosen] })}
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
    </Form>
  );
}
