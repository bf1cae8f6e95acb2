import { useState } from "preact/hooks";
import type { Overview } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi, useWho } from "../session/context";
import { Bone, Title, Trouble } from "../ui/bits";
import { Icon } from "../ui/icons";
import { SiteCard } from "./SiteCard";
import "./sites.css";

const EVERY_MS = 30_000;
const FEW = 6;

export function SitesPage() {
  const { t } = useWords();
  const api = useApi();
  const { isAdmin } = useWho();
  const [search, setSearch] = useState("");
  const overview = useData("overview", (signal) => api.get<Overview>("overview", { period: "30d" }, signal), {
    every: EVERY_MS,
  });
  const sites = overview.value?.sites;
  const wanted = search.trim().toLowerCase();
  const shown = sites?.filter(({ site, url }) => `${site} ${url}`.toLowerCase().includes(wanted));

  return (
    <main class="page stack wide" id="main">
      <header class="row apart">
        <Title text={t("sites.title")} />
        <div class="row">
          {(sites?.length ?? 0) > FEW && (
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
            <a class="button main" href="/new">
              <Icon name="plus" />
              {t("sites.new")}
            </a>
          )}
        </div>
      </header>
      {overview.problem && <Trouble problem={overview.problem} onRetry={overview.reload} />}
      {!sites && !overview.problem && (
        <div class="sites" aria-busy="true">
          {Array.from({ length: 3 }, (_, index) => (
            <div class="card site-card" key={index}>
              <Bone width="60%" height="1.25rem" />
              <Bone width="40%" height="2rem" />
              <Bone width="100%" height="2.75rem" />
            </div>
          ))}
        </div>
      )}
      {sites?.length === 0 && <NoSite />}
      {sites && sites.length > 0 && shown?.length === 0 && <p class="muted">{t("sites.none-found")}</p>}
      {shown && (
        <ul class="sites">
          {shown.map((site) => (
            <SiteCard key={site.site} site={site} />
          ))}
        </ul>
      )}
    </main>
  );
}

function NoSite() {
  const { t } = useWords();
  const { isAdmin } = useWho();
  return (
    <section class="card welcome">
      <h2>{t(isAdmin ? "sites.empty.admin" : "sites.empty.user")}</h2>
      <p class="muted">{t(isAdmin ? "sites.empty.admin.text" : "sites.empty.user.text")}</p>
      {isAdmin && (
        <p>
          <a class="button main" href="/new">
            <Icon name="plus" />
            {t("sites.new")}
          </a>
        </p>
      )}
    </section>
  );
}
