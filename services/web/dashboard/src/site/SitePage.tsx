import { encode } from "../api/client";
import type { Site } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { ErrorAlert } from "../ui/ErrorAlert";
import { PageTitle } from "../ui/PageTitle";
import { SiteDashboard } from "./SiteDashboard";

/** The dashboard of a site, for its members. */
export function SitePage({ site }: { site: string }) {
  const { t } = useI18n();
  const api = useApi();
  const data = useData(`site ${site}`, (signal) => api.get<Site>(`sites/${encode(site)}`, undefined, signal));
  if (data.problem && !data.value)
    return (
      <main class="page narrow stack" id="main">
        <PageTitle text={site} />
        <ErrorAlert problem={data.problem} onRetry={data.reload} />
        <a href="/">{t("not-found.back")}</a>
      </main>
    );
  return <SiteDashboard site={site} canManage />;
}
