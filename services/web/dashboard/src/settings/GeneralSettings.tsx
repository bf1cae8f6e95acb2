import { useState } from "preact/hooks";
import type { Site } from "../api/types";
import { useWords } from "../i18n/words";
import { ZoneField } from "../sites/ZoneField";
import { Field, Form, TextField } from "../ui/forms";
import { Box } from "../ui/Sections";
import { useSiteForm } from "./useSiteForm";

interface Props {
  site: Site;
  onChange: () => void;
}

/** Address, time zone, and from where beacons may come. */
export function GeneralSettings({ site, onChange }: Props) {
  const { t } = useWords();
  const [url, setUrl] = useState(site.url);
  const [zone, setZone] = useState(site.timezone);
  const [origins, setOrigins] = useState(site.origins.join("\n"));
  const [form, save] = useSiteForm(site, onChange, ["url", "timezone", "origins"]);
  const wrongOrigin = Object.entries(form.fields).find(([field]) => field.startsWith("origins"))?.[1];
  return (
    <Box title={t("settings.general")} text={t("settings.general.text", { site: site.name })}>
      <Form
        of={form}
        action={t("save")}
        onSubmit={() => save({ url, timezone: zone, origins: origins.split(/\s+/).filter(Boolean) })}
      >
        <TextField
          label={t("site.url")}
          wrong={form.fields.url}
          inputMode="url"
          required
          value={url}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
        <ZoneField value={zone} wrong={form.fields.timezone} onChange={setZone} />
        <Field label={t("site.origins")} hint={t("site.origins.hint")} wrong={wrongOrigin}>
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
    </Box>
  );
}
