import { useEffect } from "preact/hooks";
import { part } from "../api/client";
import type { Summary } from "../api/types";
import { useWords } from "../i18n/words";
import { siteAddress } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Icon } from "../ui/icons";

const EVERY_MS = 2000;

/** So long somebody reads that it works. */
const READ_MS = 2500;

interface Props {
  site: string;
  /** Called a moment after the first page view was there, where the numbers are on the same page. */
  onReceived?: () => void;
}

/** Looks for the first page view until it is there. */
export function Waiting({ site, onReceived }: Props) {
  const { t, n } = useWords();
  const api = useApi();
  const summary = useData(
    `waiting ${site}`,
    (signal) => api.get<Summary>(`sites/${part(site)}/stats/summary`, { period: "day" }, signal),
    { every: EVERY_MS },
  );
  const views = summary.value?.pageviews ?? 0;
  const isReceived = views > 0;
  useEffect(() => {
    if (!isReceived || !onReceived) return;
    const timer = setTimeout(onReceived, READ_MS);
    return () => clearTimeout(timer);
  }, [isReceived, onReceived]);
  return (
    <div class={views ? "card waiting done" : "card waiting"} role="status">
      {views ? <Icon name="check" /> : <span class="live" aria-hidden="true" />}
      <div class="grow">
        <strong>{t(views ? "waiting.received" : "waiting.for")}</strong>
        <p class="muted small">{views ? n("waiting.views", views) : t("waiting.hint")}</p>
      </div>
      {views > 0 && !onReceived && (
        <a class="button main" href={siteAddress(site)}>
          {t("waiting.go")}
        </a>
      )}
    </div>
  );
}
