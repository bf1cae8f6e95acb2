import { part } from "../api/client";
import type { Site } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Title, Trouble } from "../ui/bits";
import { SiteView } from "./SiteView";

/** The page of a site, for those who manage it. */
export function SitePage({ site }: { site: string }) {
  const { t } = useWords();
  const api = useApi();
  const found = useData(`site ${site}`, (signal) => api.get<Site>(`sites/${part(site)}`, undefined, signal));
  if (found.problem && !found.value)
    return (
      <main class="page narrow stack" id="main">
        <Title text={site} />
        <Trouble problem={found.problem} onRetry={found.reload} />
        <a href="/">{t("not-found.back")}</a>
      </main>
    );
  return <SiteView site={site} canManage />;
}
