import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { SignatureScheme, Site, SiteKeyList } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { Checkbox } from "../ui/forms/Checkbox";
import { Form } from "../ui/forms/Form";
import { ResourceList } from "../ui/ResourceList";
import { SettingsCard } from "../ui/SettingsCard";
import { Timestamp } from "../ui/Timestamp";
import { useSiteUpdate } from "./useSiteUpdate";

/** The site's keys, polled every `every` milliseconds if given. */
export function useSiteKeys(site: string, every?: number) {
  const api = useApi();
  const path = `sites/${encode(site)}/keys`;
  return useData(path, (signal) => api.get<SiteKeyList>(path, undefined, signal), { every });
}

/** Paired devices, and the signature schemes the site accepts. */
export function DeviceSettings({ site, onChange }: { site: Site; onChange: () => void }) {
  const { t } = useI18n();
  return (
    <>
      <SiteKeys site={site.name} />
      <SettingsCard title={t("schemes.title")} text={t("schemes.text")}>
        <SchemeForm site={site} onChange={onChange} />
      </SettingsCard>
    </>
  );
}

function SiteKeys({ site }: { site: string }) {
  const { t, relativeTime } = useI18n();
  const keys = useSiteKeys(site);
  return (
    <ResourceList
      title={t("settings.devices")}
      text={t("devices.text")}
      data={keys}
      items={keys.value?.keys}
      icon="key"
      emptyText={t("devices.none")}
      create={[t("devices.pair"), `/pair/${encode(site)}`]}
      renderCells={(key) => (
        <>
          <th scope="row">
            <span class="break-anywhere">{key.name}</span>{" "}
            <code class="muted wide-only">{key.public_key_hex.slice(0, 8)}…</code>
          </th>
          <td class="muted">
            {key.last_used_at
              ? t("keys.used", { time: relativeTime(key.last_used_at, Date.now()) })
              : t("devices.never")}
            {key.last_scheme && (
              <>
                {" "}
                <span class="tag">{t(`scheme.${key.last_scheme}.short`)}</span>
              </>
            )}
          </td>
          <td class="muted wide-only">
            <Timestamp iso={key.created_at} /> {key.created_by && `· ${key.created_by}`}
          </td>
        </>
      )}
      removal={{
        action: t("revoke"),
        successMessage: t("keys.revoked"),
        title: ({ name }) => t("keys.revoke", { name }),
        text: () => t("devices.revoke.text"),
        path: ({ id }) => `sites/${encode(site)}/keys/${encode(id)}`,
      }}
    />
  );
}

const SCHEMES = ["rfc9421", "legacy"] as const satisfies readonly SignatureScheme[];

function SchemeForm({ site, onChange }: { site: Site; onChange: () => void }) {
  const { t } = useI18n();
  const [chosen, setChosen] = useState<readonly SignatureScheme[]>(site.signature_schemes);
  const [form, save] = useSiteUpdate(site, onChange, []);
  return (
    <Form
      submission={form}
      class="stack"
      submitLabel={t("save")}
      isReady={chosen.length > 0}
      onSubmit={() => save({ signature_schemes: [...chosen] })}
    >
      {SCHEMES.map((scheme) => (
        <Checkbox
          key={scheme}
          label={t(`scheme.${scheme}`)}
          hint={t(`scheme.${scheme}.hint`)}
          checked={chosen.includes(scheme)}
          onChange={(isChecked) =>
            setChosen(isChecked ? [...chosen, scheme] : chosen.filter((each) => each !== scheme))
          }
        />
      ))}
    </Form>
  );
}
