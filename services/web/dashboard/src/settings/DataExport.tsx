import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { Site } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { downloadFile } from "../lib/downloadFile";
import { useApi } from "../session/SessionContext";
import { TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { RadioGroup } from "../ui/forms/RadioGroup";
import { useSubmission } from "../ui/forms/useSubmission";
import { Icon } from "../ui/Icon";
import { SettingsCard } from "../ui/SettingsCard";

type ExportFormat = "parquet" | "jsonl";
const FORMATS = ["parquet", "jsonl"] as const;

/** Downloads all visits and events as a file. */
export function DataExport({ site }: { site: Site }) {
  const { t } = useI18n();
  const api = useApi();
  const [format, setFormat] = useState<ExportFormat>("parquet");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const form = useSubmission(["from", "to"]);
  const submit = () => {
    const days = [from, to].filter(Boolean).join("_");
    void form.run(async () => {
      const file = await api.download(`sites/${encode(site.name)}/export`, {
        format,
        from: from || null,
        to: to || null,
      });
      downloadFile(file, `${[site.name, days].filter(Boolean).join("-")}.${format}`);
    }, t("data.done"));
  };
  return (
    <SettingsCard title={t("settings.data")} text={t("data.text")}>
      <Form
        submission={form}
        submitLabel={
          <>
            <Icon name="download" />
            {t(form.isBusy ? "data.busy" : "data.do")}
          </>
        }
        onSubmit={submit}
      >
        <RadioGroup
          title={t("data.format")}
          value={format}
          onChoose={setFormat}
          options={FORMATS.map((value) => ({ value, label: t(`format.${value}`), hint: t(`format.${value}.hint`) }))}
        />
        <div class="two-columns">
          <TextField
            label={t("range.from")}
            hint={t("data.from.hint")}
            error={form.fields.from}
            type="date"
            value={from}
            max={to || undefined}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
          <TextField
            label={t("range.to")}
            hint={t("data.to.hint")}
            error={form.fields.to}
            type="date"
            value={to}
            min={from || undefined}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </div>
      </Form>
    </SettingsCard>
  );
}
