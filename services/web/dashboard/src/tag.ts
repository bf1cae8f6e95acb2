/** The tag to paste into a site's pages. */
export const snippet = (collector: string, site: string): string =>
  `<script defer src="${collector}/uv.js" data-site="${site}"></script>
<noscript><img src="${collector}/pixel.gif?site=${encodeURIComponent(site)}" alt="" referrerpolicy="no-referrer-when-downgrade"></noscript>`;

/** Where browsers reach the collector, as the server wrote it into the page; else the default port of this host. */
export function collectorUrl(page: Document, host: Location): string {
  const written = page.querySelector<HTMLMetaElement>('meta[name="collector-url"]')?.content ?? "";
  return /^https?:/.test(written) ? written.replace(/\/$/, "") : `${host.protocol}//${host.hostname}:8001`;
}
