import type { Realtime } from "../api/types";
import { useWords } from "../i18n/words";
import { routeOf, siteAddress, usePlace } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { statsPath } from "./stats";

const EVERY_MS = 5000;

/** How many people are here at this moment. */
export function CurrentVisitors({ site }: { site: string }) {
  const { n } = useWords();
  const api = useApi();
  const { path } = usePlace();
  const realtime = useData(
    `realtime ${site}`,
    (signal) => api.get<Realtime>(statsPath(site, "realtime"), undefined, signal),
    { every: EVERY_MS },
  );
  const here = realtime.value?.visitors;
  const inside = (
    <>
      <span class={here ? "live" : "live off"} aria-hidden="true" />
      <span>{here === undefined ? "\u00a0" : n("current", here)}</span>
    </>
  );
  if (routeOf(path).at === "share") return <p class="current">{inside}</p>;
  return (
    <a class="current" href={siteAddress(site, "realtime")}>
      {inside}
    </a>
  );
}
