import { useState } from "preact/hooks";
import type { Site } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { TimeZoneField } from "../sites/TimeZoneField";
import { Field, TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { SettingsCard } from "../ui/SettingsCard";
import { useSiteUpdate } from "./useSiteUpdate";

interface Props {
  site: Site;
  onChange: () => void;
}

/** The site's URL, its time zone and its allowed origins. */
export function GeneralSettings({ site, onChange }: Props) {
  const { t } = useI18n();
  const [url, setUrl] = useState(site.url);
  const [zone, setZone] = useState(site.timezone);
  const [origins, setOrigins] = useState(site.origins.join("\n"));
  const [form, save] = useSiteUpdate(site, onChange, ["url", "timezone", "origins"]);
  const wrongOrigin = Object.entries(form.fields).find(([field]) => field.startsWith("origins"))?.[1];
  return (
    <SettingsCard title={t("settings.general")} text={t("settings.general.text", { site: site.name })}>
      <Form
        submission={form}
        submitLabel={t("save")}
        onSubmit={() => save({ url, timezone: zone, origins: origins.split(/\s+/).filter(Boolean) })}
      >
        <TextField
          label={t("site.url")}
          error={form.fields.url}
          inputMode="url"
          required
          value={url}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
        <TimeZoneField value={zone} error={form.fields.timezone} onChange={setZone} />
        <Field label={t("site.origins")} hint={t("site.origins.hint")} error={wrongOrigin}>
          {(attributes) => (
            <textarea
              {...attributes}
              spellcheck={false}
              rows={4}
              value={origins}
              onInput={(event) => setOrigins(event.currentTarget.value)}
            />
          )}
        </Field>
      </Form>
    </SettingsCard>
  );
}
