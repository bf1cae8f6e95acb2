import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { Site } from "../api/types";
import { useWords } from "../i18n/words";
import { useApi } from "../session/context";
import { saveFile } from "../site/saveFile";
import { Form, TextField, useSubmission } from "../ui/forms";
import { Icon } from "../ui/icons";
import { Box } from "../ui/Sections";
import { Radios } from "./Radios";

type Format = "parquet" | "jsonl";
const FORMATS = ["parquet", "jsonl"] as const;

/** Every single visit and event, as a file. */
export function DataExport({ site }: { site: Site }) {
  const { t } = useWords();
  const api = useApi();
  const [format, setFormat] = useState<Format>("parquet");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const form = useSubmission(["from", "to"]);
  const submit = () => {
    const days = [from, to].filter(Boolean).join("_");
    void form.run(async () => {
      const file = await api.file(`sites/${part(site.name)}/export`, { format, from: from || null, to: to || null });
      saveFile(file, `${[site.name, days].filter(Boolean).join("-")}.${format}`);
    }, t("data.done"));
  };
  return (
    <Box title={t("settings.data")} text={t("data.text")}>
      <Form
        of={form}
        action={
          <>
            <Icon name="download" />
            {t(form.isBusy ? "data.busy" : "data.do")}
          </>
        }
        onSubmit={submit}
      >
        <Radios
          title={t("data.format")}
          value={format}
          onChoose={setFormat}
          options={FORMATS.map((value) => ({ value, label: t(`format.${value}`), hint: t(`format.${value}.hint`) }))}
        />
        <div class="two">
          <TextField
            label={t("range.from")}
            hint={t("data.from.hint")}
            wrong={form.fields.from}
            type="date"
            value={from}
            max={to || undefined}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
          <TextField
            label={t("range.to")}
            hint={t("data.to.hint")}
            wrong={form.fields.to}
            type="date"
            value={to}
            min={from || undefined}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </div>
      </Form>
    </Box>
  );
}
