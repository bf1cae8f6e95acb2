import { useWords } from "../i18n/words";
import { Installing } from "../sites/Installing";
import "../sites/sites.css";

interface Props {
  site: string;
  onReceived: () => void;
}

/** In place of empty numbers while a site has never been visited: what to do about it. */
export function FirstVisit({ site, onReceived }: Props) {
  const { t } = useWords();
  return (
    <section class="card padded stack wide">
      <div>
        <h2>{t("first.title")}</h2>
        <p class="muted">{t("first.text")}</p>
      </div>
      <Installing site={site} onReceived={onReceived} />
    </section>
  );
}
