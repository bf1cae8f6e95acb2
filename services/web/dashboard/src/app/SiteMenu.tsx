import { useState } from "preact/hooks";
import type { SiteList } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { parseRoute, siteHref, useLocation } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { Icon } from "../ui/Icon";
import { Menu } from "../ui/Menu";
import { SkeletonLines } from "../ui/Skeleton";

/** Shows the current site and switches to another. */
export function SiteMenu({ site }: { site: string }) {
  const { t } = useI18n();
  return (
    <Menu
      class="button ghost site-menu-button"
      accessibleName={t("menu.site", { site })}
      label={
        <>
          <span>{site}</span>
          <Icon name="down" />
        </>
      }
    >
      {(close) => <SiteOptions site={site} close={close} />}
    </Menu>
  );
}

function SiteOptions({ site, close }: { site: string; close: () => void }) {
  const { t } = useI18n();
  const api = useApi();
  const { path } = useLocation();
  const route = parseRoute(path);
  const [search, setSearch] = useState("");
  const sites = useData("sites", (signal) => api.get<SiteList>("sites", undefined, signal));
  const allSites = sites.value?.sites ?? [];
  const matches = allSites.filter(({ name }) => name.includes(search.toLowerCase().trim())).slice(0, 50);
  const page = route.name === "site" && route.page !== "visitors" ? route.page : "";
  return (
    <>
      {allSites.length > 8 && (
        <input
          class="input"
          type="search"
          aria-label={t("sites.search")}
          placeholder={t("sites.search")}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {!sites.value && <SkeletonLines lines={3} />}
      {matches.map(({ name }) => (
        <a
          key={name}
          class="item"
          href={siteHref(name, page)}
          aria-current={name === site ? "true" : undefined}
          onClick={close}
        >
          <span class="truncate">{name}</span>
        </a>
      ))}
      <hr />
      <a class="item" href="/" onClick={close}>
        {t("sites.all")}
      </a>
    </>
  );
}
