import { useId, useMemo } from "preact/hooks";
import { useWords } from "../i18n/words";
import { TextField } from "../ui/forms";

interface Props {
  value: string;
  wrong?: string | undefined;
  onChange: (zone: string) => void;
}

/** A time zone by its name, with those that the browser knows to choose from. */
export function ZoneField({ value, wrong, onChange }: Props) {
  const { t } = useWords();
  const list = useId();
  const zones = useMemo(() => ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")], []);
  return (
    <>
      <TextField
        label={t("site.timezone")}
        hint={t("site.timezone.hint")}
        wrong={wrong}
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
