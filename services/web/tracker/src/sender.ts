import { safely } from "./safely";

/** Session storage of undelivered beacons, oldest first: the next page of the tab retries them. */
const STORAGE_KEY = "_uvq";
const MAX_QUEUED = 20;

/** Returns a function that sends a beacon's JSON to `url`, outlives the page, needs no preflight and retries. */
export const createSender = (url: string): ((body: string) => void) => {
  let queue: string[] = [];
  let delay = 1e3;
  let timer: ReturnType<typeof setTimeout> | 0 = 0;

  const persist = safely(() => {
    sessionStorage[STORAGE_KEY] = JSON.stringify((queue = queue.slice(-MAX_QUEUED)));
  });
  const scheduleRetry = () => {
    // Exponential backoff from 2 seconds to about a minute, with jitter so that pages do not retry all at once.
    if (timer) return;
    timer = setTimeout(
      safely(() => {
        timer = 0;
        const due = queue;
        queue = [];
        persist();
        due.map(send);
      }),
      (delay = Math.min(2 * delay, 6e4)) * (1 + Math.random()),
    );
  };
  const retryLater = (body: string) => {
    queue.push(body);
    persist();
    scheduleRetry();
  };
  const send = (body: string) => {
    // `sendBeacon` does not report failures, so it is only for browsers whose `fetch` does not outlive the page.
    if (!("keepalive" in Request.prototype) && navigator.sendBeacon?.(url, body)) return;
    fetch(url, { method: "POST", body, keepalive: true, credentials: "include" }).then(
      ({ status }) => (status > 499 ? retryLater(body) : (delay = 1e3)),
      () => retryLater(body),
    );
  };

  safely(() => {
    queue = [...JSON.parse(sessionStorage[STORAGE_KEY])];
    if (queue[0]) scheduleRetry();
  })();
  return send;
};
