import { safely } from "./safely";

/** Where the tab keeps, from one page to the next, what could not be delivered yet: oldest first. */
const KEY = "_uvq";
const LONGEST = 20;

/** Gives how a beacon's JSON is sent to `url`: it outlives the page, needs no preflight, and is tried again later. */
export const transmitter = (url: string): ((body: string) => void) => {
  let waiting: string[] = [];
  let pause = 1e3;
  let timer: ReturnType<typeof setTimeout> | 0 = 0;

  const keep = safely(() => {
    sessionStorage[KEY] = JSON.stringify((waiting = waiting.slice(-LONGEST)));
  });
  const later = () => {
    // From 2 seconds to about a minute; the random part keeps pages from coming back all at once.
    if (timer) return;
    timer = setTimeout(
      safely(() => {
        timer = 0;
        const due = waiting;
        waiting = [];
        keep();
        due.map(send);
      }),
      (pause = Math.min(2 * pause, 6e4)) * (1 + Math.random()),
    );
  };
  const failed = (body: string) => {
    waiting.push(body);
    keep();
    later();
  };
  const send = (body: string) => {
    // `sendBeacon` does not tell what became of it: only for browsers whose `fetch` does not outlive the page.
    if (!("keepalive" in Request.prototype) && navigator.sendBeacon?.(url, body)) return;
    fetch(url, { method: "POST", body, keepalive: true, credentials: "include" }).then(
      ({ status }) => (status > 499 ? failed(body) : (pause = 1e3)),
      () => failed(body),
    );
  };

  safely(() => {
    waiting = [...JSON.parse(sessionStorage[KEY])];
    if (waiting[0]) later();
  })();
  return send;
};
