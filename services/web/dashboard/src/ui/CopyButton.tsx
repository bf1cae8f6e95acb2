import { useState } from "preact/hooks";
import { useI18n } from "../i18n/i18n";
import { Icon } from "./Icon";

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useI18n();
  const [status, setStatus] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setStatus(t("copied"));
    } catch {
      // Browsers offer the clipboard on https pages only.
      setStatus(t("copy.manually"));
    }
    setTimeout(() => setStatus(""), 2500);
  };
  return (
    <button type="button" class="button" onClick={copy}>
      <Icon name={status ? "check" : "copy"} />
      <span aria-live="polite">{status || (label ?? t("copy"))}</span>
    </button>
  );
}
