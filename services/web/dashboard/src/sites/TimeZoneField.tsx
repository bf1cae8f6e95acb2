import { useId, useMemo } from "preact/hooks";
import { useI18n } from "../i18n/i18n";
import { TextField } from "../ui/forms/Field";

interface Props {
  value: string;
  error?: string | undefined;
  onChange: (zone: string) => void;
}

/** A time zone, with suggestions from the browser. */
export function TimeZoneField({ value, error, onChange }: Props) {
  const { t } = useI18n();
  const list = useId();
  const zones = useMemo(() => ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")], []);
  return (
    <>
      <TextField
        label={t("site.timezone")}
        hint={t("site.timezone.hint")}
        error={error}
        name="timezone"
        list={list}
        autocomplete="off"
        spellcheck={false}
        required
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={list}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
