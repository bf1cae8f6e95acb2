import { useState } from "preact/hooks";
import type { Overview } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi, useSession } from "../session/SessionContext";
import { ErrorAlert } from "../ui/ErrorAlert";
import { Icon } from "../ui/Icon";
import { PageTitle } from "../ui/PageTitle";
import { Skeleton } from "../ui/Skeleton";
import { SiteCard } from "./SiteCard";
import "./sites.css";

const POLL_MS = 30_000;
const SEARCH_THRESHOLD = 6;

export function SitesPage() {
  const { t } = useI18n();
  const api = useApi();
  const { isAdmin } = useSession();
  const [search, setSearch] = useState("");
  const overview = useData("overview", (signal) => api.get<Overview>("overview", { period: "30d" }, signal), {
    every: POLL_MS,
  });
  const sites = overview.value?.sites;
  const query = search.trim().toLowerCase();
  const matches = sites?.filter(({ site, url }) => `${site} ${url}`.toLowerCase().includes(query));

  return (
    <main class="page stack wide" id="main">
      <header class="row between">
        <PageTitle text={t("sites.title")} />
        <div class="row">
          {(sites?.length ?? 0) > SEARCH_THRESHOLD && (
            <input
              class="input search"
              type="search"
              aria-label={t("sites.search")}
              placeholder={t("sites.search")}
              value={search}
              onInput={(event) => setSearch(event.currentTarget.value)}
            />
          )}
          {isAdmin && (
            <a class="button primary" href="/new">
              <Icon name="plus" />
              {t("sites.new")}
            </a>
          )}
        </div>
      </header>
      {overview.problem && <ErrorAlert problem={overview.problem} onRetry={overview.reload} />}
      {!sites && !overview.problem && (
        <div class="sites" aria-busy="true">
          {Array.from({ length: 3 }, (_, index) => (
            <div class="card site-card" key={index}>
              <Skeleton width="60%" height="1.25rem" />
              <Skeleton width="40%" height="2rem" />
              <Skeleton width="100%" height="2.75rem" />
            </div>
          ))}
        </div>
      )}
      {sites?.length === 0 && <NoSites />}
      {sites && sites.length > 0 && matches?.length === 0 && <p class="muted">{t("sites.none-found")}</p>}
      {matches && (
        <ul class="sites">
          {matches.map((site) => (
            <SiteCard key={site.site} site={site} />
          ))}
        </ul>
      )}
    </main>
  );
}

function NoSites() {
  const { t } = useI18n();
  const { isAdmin } = useSession();
  return (
    <section class="card welcome">
      <h2>{t(isAdmin ? "sites.empty.admin" : "sites.empty.user")}</h2>
      <p class="muted">{t(isAdmin ? "sites.empty.admin.text" : "sites.empty.user.text")}</p>
      {isAdmin && (
        <p>
          <a class="button primary" href="/new">
            <Icon name="plus" />
            {t("sites.new")}
          </a>
        </p>
      )}
    </section>
  );
}
