import { useI18n } from "../i18n/i18n";
import { InstallSteps } from "../sites/InstallSteps";
import "../sites/sites.css";

interface Props {
  site: string;
  onReceived: () => void;
}

/** Replaces the dashboard of a site that has never been visited with installation steps. */
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
