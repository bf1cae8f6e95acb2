import { createEngagementMeter } from "./engagement";
import { globPattern } from "./globPattern";
import { safely } from "./safely";
import { createSender } from "./sender";
import { visitorId } from "./visitorId";

export type Props = Record<string, string | number | boolean>;
export type Command = (kind: "event" | "click", name: string, props?: Props) => void;

declare global {
  interface Window {
    /** The tracker's API for the page. Until the tracker is loaded it is a stub that queues the calls in `q`. */
    uv?: Command & { q?: Parameters<Command>[]; installed?: boolean };
  }
}

/** Sends page views, engagement and calls of `window.uv` of the page that contains `script`. */
export const trackPage = ({ src, dataset: { site, api, exclude, cookie } }: HTMLScriptElement): void => {
  // Under `data-api`, otherwise next to the script.
  const transmit = createSender((api ? api + "/" : src).replace(/\/+[^/]*$/, "/collect"));
  const excluded = globPattern(exclude);
  const measureEngagement = createEngagementMeter();
  let referrer = document.referrer;
  let url = location.href;
  /** The path of the current page view; empty before the first one and after a freeze. */
  let path = "";

  const send = (kind?: string, fields?: object) =>
    excluded.test(path || location.pathname) ||
    transmit(
      JSON.stringify({
        site,
        visitor: cookie == "off" ? undefined : visitorId(),
        referrer,
        webdriver: navigator.webdriver,
        kind,
        language: navigator.language,
        width: screen.width,
        url,
        ...fields,
      }),
    );

  const update = safely(({ type }: { type?: string }) => {
    const isHiding = type == "pagehide";
    if (isHiding) path = "";
    // A prerendered page and a background tab are hidden as well, and are not viewed yet.
    const isLeaving = isHiding || document.hidden;
    const hasMoved = path != location.pathname;
    const engagement = measureEngagement(performance.now(), !isLeaving && document.hasFocus(), isLeaving || hasMoved);
    if (engagement) send("leave", engagement);
    if (hasMoved && !isLeaving) {
      url = location.href;
      path = location.pathname;
      send();
      referrer = url;
    }
  });

  for (const type of "pagehide visibilitychange focus pageshow blur scroll pointermove keydown popstate".split(" "))
    addEventListener(type, update);
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = (...args) => {
      original.apply(history, args);
      update({});
    };
  }

  const queuedCalls = self.uv?.q || [];
  self.uv = safely((kind, name, props) => send(kind, { name, props }));
  update({});
  for (const call of queuedCalls) self.uv(...call);
};
