import { useI18n } from "../i18n/i18n";
import { CopyButton } from "./CopyButton";

/** A secret that is shown only once. */
export function SecretReveal({ text, secret, onClose }: { text: string; secret: string; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <div class="stack">
      <p>{text}</p>
      <p class="secret" data-secret>
        {secret}
      </p>
      <footer>
        <CopyButton text={secret} />
        <button type="button" class="button primary" onClick={onClose}>
          {t("done")}
        </button>
      </footer>
    </div>
  );
}
