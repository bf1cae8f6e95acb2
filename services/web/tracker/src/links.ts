import { safely } from "./safely";

const FILES =
  /\.(pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|txt|csv|epub|zip|rar|7z|t?gz|xz|bz2|exe|msi|dmg|pkg|deb|rpm|apk|iso|mp[34]|wav|avi|mov|mkv)$/i;

/** Tells `window.uv` of clicks on links that download a file or lead to another host. */
export const watchLinks = (): void => {
  const click = safely((event: MouseEvent) => {
    const link = linkOf(event);
    if (!link) return;
    const download = isDownload(link);
    if (download || isOutbound(link)) self.uv!("click", link.href, download ? { download } : undefined);
  });
  // Before the page's own listeners, which may stop the event; the middle button opens links with `auxclick`.
  addEventListener("click", click, true);
  addEventListener("auxclick", click, true);
};

/** The link under the pointer, also inside a shadow root. The right button opens a menu, not a link. */
const linkOf = (event: MouseEvent): HTMLAnchorElement | undefined =>
  event.button < 2
    ? (event.composedPath() as HTMLAnchorElement[]).find((node) => node.tagName == "A" && /^http/.test(node.href))
    : undefined;

export const isDownload = (link: HTMLAnchorElement): boolean =>
  link.hasAttribute("download") || FILES.test(link.pathname);

export const isOutbound = (link: HTMLAnchorElement): boolean => link.host != location.host;
