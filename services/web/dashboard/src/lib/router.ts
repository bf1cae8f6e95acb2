/** Routing: the URL alone determines which page is shown. */

import { useEffect, useState } from "preact/hooks";

export interface AppLocation {
  path: string;
  search: string;
  hash: string;
}

const LOCATION_CHANGED = "locationchange";

export const currentLocation = (): AppLocation => ({
  path: location.pathname,
  search: location.search,
  hash: location.hash,
});

export function navigate(href: string, options: { replace?: boolean } = {}): void {
  if (href === location.pathname + location.search + location.hash) return;
  history[options.replace ? "replaceState" : "pushState"](null, "", href);
  dispatchEvent(new Event(LOCATION_CHANGED));
}

/** The current location; it changes with every navigation. */
export function useLocation(): AppLocation {
  const [location, setLocation] = useState(currentLocation);
  useEffect(() => {
    const update = () => setLocation(currentLocation());
    addEventListener("popstate", update);
    addEventListener(LOCATION_CHANGED, update);
    return () => {
      removeEventListener("popstate", update);
      removeEventListener(LOCATION_CHANGED, update);
    };
  }, []);
  return location;
}

/** Makes links within the application navigate without loading a page. */
export function interceptLinks(): () => void {
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    const link = (event.target as Element).closest("a");
    if (!link || link.origin !== location.origin || link.target || link.download !== "") return;
    if (/^\/(api|demo)(\/|$)/.test(link.pathname)) return;
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
    scrollTo(0, 0);
  };
  addEventListener("click", onClick);
  return () => removeEventListener("click", onClick);
}

export type Route =
  | { name: "sites" }
  | { name: "new" }
  | { name: "site"; site: string; page: SitePage; rest: string }
  | { name: "account"; page: string }
  | { name: "admin"; page: string }
  | { name: "share" }
  | { name: "pair"; site: string }
  | { name: "not-found" };

export const SITE_PAGES = ["", "realtime", "visits", "visitors", "bots", "settings"] as const;
export type SitePage = (typeof SITE_PAGES)[number];

export function parseRoute(path: string): Route {
  const [first = "", second = "", third = "", fourth = ""] = path.split("/").slice(1).map(decode);
  if (!first) return { name: "sites" };
  if (first === "share") return { name: "share" };
  if (first === "pair") return { name: "pair", site: second };
  if (first === "new") return { name: "new" };
  if (first === "account") return { name: "account", page: second };
  if (first === "admin") return { name: "admin", page: second };
  const page = SITE_PAGES.find((each) => each === third);
  if (first === "site" && second && page !== undefined) return { name: "site", site: second, page, rest: fourth };
  return { name: "not-found" };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const siteHref = (site: string, page: SitePage = "", rest = ""): string =>
  ["/site", encodeURIComponent(site), page, rest && encodeURIComponent(rest)].filter(Boolean).join("/");
