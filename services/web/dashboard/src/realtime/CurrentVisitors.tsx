import type { Realtime } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { parseRoute, siteHref, useLocation } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { reportPath } from "../site/reports";

const POLL_MS = 5000;

/** The number of current visitors. */
export function CurrentVisitors({ site }: { site: string }) {
  const { plural } = useI18n();
  const api = useApi();
  const { path } = useLocation();
  const realtime = useData(
    `realtime ${site}`,
    (signal) => api.get<Realtime>(reportPath(site, "realtime"), undefined, signal),
    { every: POLL_MS },
  );
  const here = realtime.value?.visitors;
  const inside = (
    <>
      <span class={here ? "live-dot" : "live-dot off"} aria-hidden="true" />
      <span>{here === undefined ? "\u00a0" : plural("current", here)}</span>
    </>
  );
  if (parseRoute(path).name === "share") return <p class="current-visitors">{inside}</p>;
  return (
    <a class="current-visitors" href={siteHref(site, "realtime")}>
      {inside}
    </a>
  );
}
