import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { BotSettings } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { ErrorAlert } from "../ui/ErrorAlert";
import { TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { RadioGroup } from "../ui/forms/RadioGroup";
import { useSubmission } from "../ui/forms/useSubmission";
import { SettingsCard } from "../ui/SettingsCard";
import { SkeletonLines } from "../ui/Skeleton";

const LIMITS = ["rate_per_minute", "paths_in_15_minutes", "lifetime_paths"] as const;
const MOST = 100_000;

/** Limits above which a visitor counts as a bot, and whether the model's scores are applied. */
export function BotSettingsCard({ site, onChange }: { site: string; onChange: () => void }) {
  const { t } = useI18n();
  const api = useApi();
  const path = `sites/${encode(site)}/bots/settings`;
  const data = useData(path, (signal) => api.get<BotSettings>(path, undefined, signal));
  const [changes, setChanged] = useState<Partial<BotSettings>>({});
  const form = useSubmission(LIMITS);
  const settings = data.value && { ...data.value, ...changes };
  const isChanged = Object.entries(changes).some(([name, value]) => data.value?.[name as keyof BotSettings] !== value);
  const submit = async () => {
    if (!(await form.run(() => api.patch(path, changes), t("saved")))) return;
    data.reload();
    onChange();
  };
  return (
    <SettingsCard title={t("bots.settings")} text={t("bots.settings.text")}>
      {data.problem && !settings && <ErrorAlert problem={data.problem} onRetry={data.reload} />}
      {!settings && !data.problem && <SkeletonLines lines={3} />}
      {settings && (
        <Form submission={form} submitLabel={t("save")} isReady={isChanged} onSubmit={submit}>
          <div class="two-columns">
            {LIMITS.map((limit) => (
              <TextField
                key={limit}
                label={t(`limit.${limit}`)}
                hint={t("limit.off")}
                error={form.fields[limit]}
                type="number"
                min={0}
                max={MOST}
                required
                value={settings[limit]}
                onInput={(event) => setChanged({ ...changes, [limit]: Number(event.currentTarget.value) })}
              />
            ))}
          </div>
          <RadioGroup
            title={t("suspected.title")}
            value={settings.model}
            onChoose={(model) => setChanged({ ...changes, model })}
            options={(["show", "apply"] as const).map((value) => ({
              value,
              label: t(`model.${value}`),
              hint: t(`model.${value}.hint`),
            }))}
          />
        </Form>
      )}
    </SettingsCard>
  );
}
