import { trackPage } from "./core";
import { trackLinks } from "./links";
import { safely } from "./safely";

safely(() => {
  // A page that includes the snippet twice is counted once.
  if (self.uv?.installed) return;
  trackPage(document.currentScript as HTMLScriptElement);
  trackLinks();
  self.uv!.installed = true;
})();
