import { useWords } from "../i18n/words";
import { SnippetBox } from "./SnippetBox";
import { Waiting } from "./Waiting";

/** What is to be done so that a site is counted, and whether it was. */
export function Installing({ site, onReceived }: { site: string; onReceived?: () => void }) {
  const { t } = useWords();
  return (
    <ol class="steps">
      <li>
        <div class="stack">
          <h2>{t("install.paste")}</h2>
          <SnippetBox site={site} />
        </div>
      </li>
      <li>
        <div class="stack">
          <h2>{t("install.open")}</h2>
          <Waiting site={site} {...(onReceived ? { onReceived } : {})} />
        </div>
      </li>
    </ol>
  );
}
