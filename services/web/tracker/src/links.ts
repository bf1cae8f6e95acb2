import { safely } from "./safely";

const FILE_EXTENSIONS =
  /\.(pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|txt|csv|epub|zip|rar|7z|t?gz|xz|bz2|exe|msi|dmg|pkg|deb|rpm|apk|iso|mp[34]|wav|avi|mov|mkv)$/i;

/** Sends clicks on downloads and on links to other hosts. */
export const trackLinks = (): void => {
  const click = safely((event: MouseEvent) => {
    const link = clickedLink(event);
    if (!link) return;
    const download = isDownload(link);
    if (download || isOutbound(link)) self.uv!("click", link.href, download ? { download } : undefined);
  });
  // Captures the event before the page's own listeners can stop it. The middle button fires `auxclick`.
  addEventListener("click", click, true);
  addEventListener("auxclick", click, true);
};

/** Returns the clicked link, also inside a shadow root. The right button does not open links. */
const clickedLink = (event: MouseEvent): HTMLAnchorElement | undefined =>
  event.button < 2
    ? (event.composedPath() as HTMLAnchorElement[]).find((node) => node.tagName == "A" && /^http/.test(node.href))
    : undefined;

export const isDownload = (link: HTMLAnchorElement): boolean =>
  link.hasAttribute("download") || FILE_EXTENSIONS.test(link.pathname);

export const isOutbound = (link: HTMLAnchorElement): boolean => link.host != location.host;
