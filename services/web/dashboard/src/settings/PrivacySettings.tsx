import { useState } from "preact/hooks";
import type { Site } from "../api/types";
import { useWords } from "../i18n/words";
import { Check, Form, TextField } from "../ui/forms";
import { Box } from "../ui/Sections";
import { Radios } from "./Radios";
import { useSiteForm } from "./useSiteForm";

interface Props {
  site: Site;
  onChange: () => void;
}

const IDENTITIES = ["cookie", "cookieless", "persistent"] as const;
const SIGNALS = ["honor", "drop", "ignore"] as const;
const BOTS = ["separate", "count"] as const;
const YEAR = 365;

/** Who is recognised, for how long, and what is kept. */
export function PrivacySettings({ site, onChange }: Props) {
  const { t } = useWords();
  const [identity, setIdentity] = useState(site.identity);
  const [signal, setSignal] = useState(site.privacy_signal);
  const [bots, setBots] = useState(site.bot_policy);
  const [days, setDays] = useState(site.retention_days);
  const [form, save] = useSiteForm(site, onChange, ["retention_days"]);
  return (
    <Box title={t("settings.privacy")} text={t("settings.privacy.text")}>
      <Form
        of={form}
        action={t("save")}
        onSubmit={() => save({ identity, privacy_signal: signal, bot_policy: bots, retention_days: days })}
      >
        <Radios
          title={t("site.identity")}
          value={identity}
          onChoose={setIdentity}
          options={IDENTITIES.map((value) => ({
            value,
            label: t(`identity.${value}`),
            hint: t(`identity.${value}.hint`),
          }))}
        />
        <Radios
          title={t("site.signal")}
          value={signal}
          onChoose={setSignal}
          options={SIGNALS.map((value) => ({ value, label: t(`signal.${value}`), hint: t(`signal.${value}.hint`) }))}
        />
        <Radios
          title={t("site.bots")}
          value={bots}
          onChoose={setBots}
          options={BOTS.map((value) => ({ value, label: t(`bots.${value}`), hint: t(`bots.${value}.hint`) }))}
        />
        <div class="stack">
          <Check
            label={t("retention.forever")}
            hint={t("retention.forever.hint")}
            checked={days === null}
            onChange={(forever) => setDays(forever ? null : YEAR)}
          />
          {days !== null && (
            <TextField
              label={t("retention.days")}
              wrong={form.fields.retention_days}
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
    </Box>
  );
}
