import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useI18n } from "../i18n/i18n";
import { parseRoute, type SitePage, siteHref, useLocation } from "../lib/router";
import { useSession } from "../session/SessionContext";
import { scrollIntoView } from "../ui/scrollIntoView";
import { AccountMenu } from "./AccountMenu";
import { Brand } from "./Brand";
import { SiteMenu } from "./SiteMenu";
import "./app.css";

interface Props {
  site: string | undefined;
  children: ComponentChildren;
}

/** The header around every page. */
export function AppShell({ site, children }: Props) {
  const { t } = useI18n();
  const { username } = useSession();
  const [isOffline, setIsOffline] = useState(!navigator.onLine);

  useEffect(() => {
    const update = () => setIsOffline(!navigator.onLine);
    addEventListener("online", update);
    addEventListener("offline", update);
    return () => {
      removeEventListener("online", update);
      removeEventListener("offline", update);
    };
  }, []);

  return (
    <>
      <button
        type="button"
        class="skip-link"
        onClick={() => document.getElementById("main")?.querySelector<HTMLElement>("h1")?.focus()}
      >
        {t("skip")}
      </button>
      <header class="shell">
        <div class="inner">
          <Brand />
          {site && (username ? <SiteMenu site={site} /> : <strong class="truncate">{site}</strong>)}
          {site && <SiteNav site={site} />}
          <div class="header-actions">
            <AccountMenu />
          </div>
        </div>
      </header>
      {isOffline && (
        <p class="offline" role="status">
          {t("offline")}
        </p>
      )}
      {children}
    </>
  );
}

function SiteNav({ site }: { site: string }) {
  const { t } = useI18n();
  const { isAdmin, username } = useSession();
  const { path, search } = useLocation();
  const route = parseRoute(path);
  const open = route.name === "site" ? route.page : route.name === "pair" ? "settings" : "";
  const links: [SitePage, string][] = [
    ["", t("nav.overview")],
    ["realtime", t("nav.realtime")],
  ];
  // A visitor's page belongs to the visits.
  const current = open === "visitors" ? "visits" : open;
  if (isAdmin) links.push(["visits", t("nav.visits")]);
  if (username) links.push(["bots", t("nav.bots")], ["settings", t("nav.settings")]);
  if (route.name === "share") return null;
  return (
    <nav aria-label={site}>
      {links.map(([page, label]) => (
        <a
          key={page}
          href={siteHref(site, page) + (page === "" && open === "" ? search : "")}
          aria-current={page === current ? "page" : undefined}
          ref={page === current ? scrollIntoView : null}
        >
          {label}
        </a>
      ))}
    </nav>
  );
}
