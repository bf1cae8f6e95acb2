import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { BotSettings } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Radios } from "../settings/Radios";
import { Bones, Trouble } from "../ui/bits";
import { Form, TextField, useSubmission } from "../ui/forms";
import { Box } from "../ui/Sections";

const LIMITS = ["rate_per_minute", "paths_in_15_minutes", "lifetime_paths"] as const;
const MOST = 100_000;

/** From where on behaviour is a program's, and what the model's word is worth. */
export function BotSettingsCard({ site, onChange }: { site: string; onChange: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const path = `sites/${part(site)}/bots/settings`;
  const found = useData(path, (signal) => api.get<BotSettings>(path, undefined, signal));
  const [changed, setChanged] = useState<Partial<BotSettings>>({});
  const form = useSubmission(LIMITS);
  const settings = found.value && { ...found.value, ...changed };
  const isChanged = Object.entries(changed).some(([name, value]) => found.value?.[name as keyof BotSettings] !== value);
  const submit = async () => {
    if (!(await form.run(() => api.patch(path, changed), t("saved")))) return;
    found.reload();
    onChange();
  };
  return (
    <Box title={t("bots.settings")} text={t("bots.settings.text")}>
      {found.problem && !settings && <Trouble problem={found.problem} onRetry={found.reload} />}
      {!settings && !found.problem && <Bones lines={3} />}
      {settings && (
        <Form of={form} action={t("save")} isReady={isChanged} onSubmit={submit}>
          <div class="two">
            {LIMITS.map((limit) => (
              <TextField
                key={limit}
                label={t(`limit.${limit}`)}
                hint={t("limit.off")}
                wrong={form.fields[limit]}
                type="number"
                min={0}
                max={MOST}
                required
                value={settings[limit]}
                onInput={(event) => setChanged({ ...changed, [limit]: Number(event.currentTarget.value) })}
              />
            ))}
          </div>
          <Radios
            title={t("suspected.title")}
            value={settings.model}
            onChoose={(model) => setChanged({ ...changed, model })}
            options={(["show", "apply"] as const).map((value) => ({
              value,
              label: t(`model.${value}`),
              hint: t(`model.${value}.hint`),
            }))}
          />
        </Form>
      )}
    </Box>
  );
}
