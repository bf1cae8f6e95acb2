import { useState } from "preact/hooks";
import { botPolicyValues, identityModeValues, privacySignalValues } from "../api/schema";
import type { Site } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { Checkbox } from "../ui/forms/Checkbox";
import { TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { RadioGroup } from "../ui/forms/RadioGroup";
import { SettingsCard } from "../ui/SettingsCard";
import { useSiteUpdate } from "./useSiteUpdate";

interface Props {
  site: Site;
  onChange: () => void;
}

const DEFAULT_RETENTION_DAYS = 365;

/** How visitors are identified, and how long data is kept. */
export function PrivacySettings({ site, onChange }: Props) {
  const { t } = useI18n();
  const [identity, setIdentity] = useState(site.identity);
  const [signal, setSignal] = useState(site.privacy_signal);
  const [bots, setBots] = useState(site.bot_policy);
  const [days, setDays] = useState(site.retention_days);
  const [form, save] = useSiteUpdate(site, onChange, ["retention_days"]);
  return (
    <SettingsCard title={t("settings.privacy")} text={t("settings.privacy.text")}>
      <Form
        submission={form}
        submitLabel={t("save")}
        onSubmit={() => save({ identity, privacy_signal: signal, bot_policy: bots, retention_days: days })}
      >
        <RadioGroup
          title={t("site.identity")}
          value={identity}
          onChoose={setIdentity}
          options={identityModeValues.map((value) => ({
            value,
            label: t(`identity.${value}`),
            hint: t(`identity.${value}.hint`),
          }))}
        />
        <RadioGroup
          title={t("site.signal")}
          value={signal}
          onChoose={setSignal}
          options={privacySignalValues.map((value) => ({
            value,
            label: t(`signal.${value}`),
            hint: t(`signal.${value}.hint`),
          }))}
        />
        <RadioGroup
          title={t("site.bots")}
          value={bots}
          onChoose={setBots}
          options={botPolicyValues.map((value) => ({
            value,
            label: t(`bots.${value}`),
            hint: t(`bots.${value}.hint`),
          }))}
        />
        <div class="stack">
          <Checkbox
            label={t("retention.forever")}
            hint={t("retention.forever.hint")}
            checked={days === null}
            onChange={(forever) => setDays(forever ? null : DEFAULT_RETENTION_DAYS)}
          />
          {days !== null && (
            <TextField
              label={t("retention.days")}
              error={form.fields.retention_days}
              type="number"
              min={1}
              max={36500}
              required
              value={days}
              onInput={(event) => setDays(Number(event.currentTarget.value))}
            />
          )}
        </div>
      </Form>
    </SettingsCard>
  );
}
