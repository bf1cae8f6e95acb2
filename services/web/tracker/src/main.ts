import { count } from "./core";
import { watchLinks } from "./links";
import { safely } from "./safely";

safely(() => {
  // A page that carries the tag twice is counted once.
  if (self.uv?.installed) return;
  count(document.currentScript as HTMLScriptElement);
  watchLinks();
  self.uv!.installed = true;
})();
