import { useI18n } from "../i18n/i18n";
import { FirstPageviewStatus } from "./FirstPageviewStatus";
import { SnippetCard } from "./Snippet";

/** The steps of installing the tracker, and whether it works. */
export function InstallSteps({ site, onReceived }: { site: string; onReceived?: () => void }) {
  const { t } = useI18n();
  return (
    <ol class="steps">
      <li>
        <div class="stack">
          <h2>{t("install.paste")}</h2>
          <SnippetCard site={site} />
        </div>
      </li>
      <li>
        <div class="stack">
          <h2>{t("install.open")}</h2>
          <FirstPageviewStatus site={site} {...(onReceived ? { onReceived } : {})} />
        </div>
      </li>
    </ol>
  );
}
