import { engagement } from "./engagement";
import { globs } from "./globs";
import { safely } from "./safely";
import { transmitter } from "./transmit";
import { visitor } from "./visitor";

export type Props = Record<string, string | number | boolean>;
export type Command = (kind: "event" | "click", name: string, props?: Props) => void;

declare global {
  interface Window {
    /** The page's own calls. Before the tracker has loaded, a stub that keeps them in `q`. */
    uv?: Command & { q?: Parameters<Command>[]; installed?: boolean };
  }
}

/** Counts views of the page that `script` stands on, attention to them, and what is told to `window.uv`. */
export const count = ({ src, dataset: { site, api, exclude, cookie } }: HTMLScriptElement): void => {
  // Under `data-api`, else beside the script.
  const transmit = transmitter((api ? api + "/" : src).replace(/\/+[^/]*$/, "/collect"));
  const excluded = globs(exclude);
  const attend = engagement();
  let referrer = document.referrer;
  let url = location.href;
  /** Of the page view that is open; empty before the first and after a freeze. */
  let path = "";

  const send = (kind?: string, fields?: object) =>
    excluded.test(path || location.pathname) ||
    transmit(
      JSON.stringify({
        site,
        visitor: cookie == "off" ? undefined : visitor(),
        referrer,
        webdriver: navigator.webdriver,
        kind,
        language: navigator.language,
        width: screen.width,
        url,
        ...fields,
      }),
    );

  const look = safely(({ type }: { type?: string }) => {
    const gone = type == "pagehide";
    if (gone) path = "";
    // Hidden also means prerendered, or a tab that nobody has opened yet.
    const leaving = gone || document.hidden;
    const moved = path != location.pathname;
    const seen = attend(performance.now(), !leaving && document.hasFocus(), leaving || moved);
    if (seen) send("leave", seen);
    if (moved && !leaving) {
      url = location.href;
      path = location.pathname;
      send();
      referrer = url;
    }
  });

  for (const type of "pagehide visibilitychange focus pageshow blur scroll pointermove keydown popstate".split(" "))
    addEventListener(type, look);
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = (...args) => {
      original.apply(history, args);
      look({});
    };
  }

  const early = self.uv?.q || [];
  self.uv = safely((kind, name, props) => send(kind, { name, props }));
  look({});
  for (const call of early) self.uv(...call);
};
