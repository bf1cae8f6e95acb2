import { part } from "../api/client";
import type { Summary } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Installing } from "../sites/Installing";
import "../sites/sites.css";

/** Shown in place of empty numbers while a site has never been visited: what to do about it. */
export function FirstVisit({ site }: { site: string }) {
  const { t } = useWords();
  const api = useApi();
  const ever = useData(`ever ${site}`, (signal) =>
    api.get<Summary>(`sites/${part(site)}/stats/summary`, { period: "all" }, signal),
  );
  if (!ever.value || ever.value.visits) return null;
  return (
    <section class="card padded stack wide">
      <div>
        <h2>{t("first.title")}</h2>
        <p class="muted">{t("first.text")}</p>
      </div>
      <Installing site={site} />
    </section>
  );
}
