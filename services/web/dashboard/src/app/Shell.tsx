import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useWords } from "../i18n/words";
import { routeOf, type SitePage, siteAddress, usePlace } from "../lib/router";
import { useWho } from "../session/context";
import { scrollIntoView } from "../ui/scrollIntoView";
import { AccountMenu } from "./AccountMenu";
import { Brand } from "./Brand";
import { SiteMenu } from "./SiteMenu";
import "./shell.css";

interface Props {
  site: string | undefined;
  children: ComponentChildren;
}

/** What every page has around it. */
export function Shell({ site, children }: Props) {
  const { t } = useWords();
  const { username } = useWho();
  const [isOffline, setOffline] = useState(!navigator.onLine);

  useEffect(() => {
    const look = () => setOffline(!navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);

  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => document.getElementById("main")?.querySelector<HTMLElement>("h1")?.focus()}
      >
        {t("skip")}
      </button>
      <header class="shell">
        <div class="inside">
          <Brand />
          {site && (username ? <SiteMenu site={site} /> : <strong class="cut">{site}</strong>)}
          {site && <SiteLinks site={site} />}
          <div class="corner">
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

function SiteLinks({ site }: { site: string }) {
  const { t } = useWords();
  const { isAdmin, username } = useWho();
  const { path, search } = usePlace();
  const route = routeOf(path);
  const open = route.at === "site" ? route.page : route.at === "pair" ? "settings" : "";
  const links: [SitePage, string][] = [
    ["", t("nav.overview")],
    ["realtime", t("nav.realtime")],
  ];
  // A visitor's page is reached from the visits.
  const current = open === "visitors" ? "visits" : open;
  if (isAdmin) links.push(["visits", t("nav.visits")]);
  if (username) links.push(["bots", t("nav.bots")], ["settings", t("nav.settings")]);
  if (route.at === "share") return null;
  return (
    <nav aria-label={site}>
      {links.map(([page, label]) => (
        <a
          key={page}
          href={siteAddress(site, page) + (page === "" && open === "" ? search : "")}
          aria-current={page === current ? "page" : undefined}
          ref={page === current ? scrollIntoView : null}
        >
          {label}
        </a>
      ))}
    </nav>
  );
}
