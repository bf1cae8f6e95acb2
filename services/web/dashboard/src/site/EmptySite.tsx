import { useI18n } from "../i18n/i18n";
import { InstallSteps } from "../sites/InstallSteps";
import "../sites/sites.css";

interface Props {
  site: string;
  onReceived: () => void;
}

/** In place of empty numbers while a site has never been visited: what to do about it. */
export function EmptySite({ site, onReceived }: Props) {
  const { t } = useI18n();
  return (
    <section class="card padded stack wide">
      <div>
        <h2>{t("first.title")}</h2>
        <p class="muted">{t("first.text")}</p>
      </div>
      <InstallSteps site={site} onReceived={onReceived} />
    </section>
  );
}
