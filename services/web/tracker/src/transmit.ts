/** Sends a beacon's JSON so that it outlives the page and needs no preflight. */
export const transmit = (url: string, body: string): unknown =>
  navigator.sendBeacon?.(url, body) || fetch(url, { method: "POST", body, keepalive: true }).catch(() => {});
