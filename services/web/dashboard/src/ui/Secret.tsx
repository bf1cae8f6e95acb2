import { useWords } from "../i18n/words";
import { CopyButton } from "./bits";

/** What is told once, and never again. */
export function Secret({ text, secret, onClose }: { text: string; secret: string; onClose: () => void }) {
  const { t } = useWords();
  return (
    <div class="stack">
      <p>{text}</p>
      <p class="secret" data-secret>
        {secret}
      </p>
      <footer>
        <CopyButton text={secret} />
        <button type="button" class="button main" onClick={onClose}>
          {t("done")}
        </button>
      </footer>
    </div>
  );
}
