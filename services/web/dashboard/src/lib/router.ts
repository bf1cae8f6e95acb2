/** Where in the application we are: the address, and nothing else, says so. */

import { useEffect, useState } from "preact/hooks";

export interface Place {
  path: string;
  search: string;
  hash: string;
}

const CHANGED = "placechange";

export const here = (): Place => ({ path: location.pathname, search: location.search, hash: location.hash });

export function go(address: string, how: { replace?: boolean } = {}): void {
  if (address === location.pathname + location.search + location.hash) return;
  history[how.replace ? "replaceState" : "pushState"](null, "", address);
  dispatchEvent(new Event(CHANGED));
}

/** The place, which is new with every step forth and back. */
export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const look = () => setPlace(here());
    addEventListener("popstate", look);
    addEventListener(CHANGED, look);
    return () => {
      removeEventListener("popstate", look);
      removeEventListener(CHANGED, look);
    };
  }, []);
  return place;
}

/** Makes links of the application change the place without loading a page. */
export function followLinks(): () => void {
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    const link = (event.target as Element).closest("a");
    if (!link || link.origin !== location.origin || link.target || link.download !== "") return;
    if (/^\/(api|demo)(\/|$)/.test(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
    scrollTo(0, 0);
  };
  addEventListener("click", follow);
  return () => removeEventListener("click", follow);
}

export type Route =
  | { at: "sites" }
  | { at: "new" }
  | { at: "site"; site: string; page: SitePage; rest: string }
  | { at: "account"; page: string }
  | { at: "admin"; page: string }
  | { at: "share" }
  | { at: "pair"; site: string }
  | { at: "nowhere" };

export const SITE_PAGES = ["", "realtime", "visits", "visitors", "bots", "settings"] as const;
export type SitePage = (typeof SITE_PAGES)[number];

export function routeOf(path: string): Route {
  const [first = "", second = "", third = "", fourth = ""] = path.split("/").slice(1).map(decoded);
  if (!first) return { at: "sites" };
  if (first === "share") return { at: "share" };
  if (first === "pair") return { at: "pair", site: second };
  if (first === "new") return { at: "new" };
  if (first === "account") return { at: "account", page: second };
  if (first === "admin") return { at: "admin", page: second };
  const page = SITE_PAGES.find((each) => each === third);
  if (first === "site" && second && page !== undefined) return { at: "site", site: second, page, rest: fourth };
  return { at: "nowhere" };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const siteAddress = (site: string, page: SitePage = "", rest = ""): string =>
  ["/site", encodeURIComponent(site), page, rest && encodeURIComponent(rest)].filter(Boolean).join("/");
