import { useEffect } from "preact/hooks";
import { encode } from "../api/client";
import type { Summary } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { siteHref } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { Icon } from "../ui/Icon";

const POLL_MS = 2000;

/** How long the success message stays before `onReceived`. */
const READING_MS = 2500;

interface Props {
  site: string;
  /** Called a moment after the first page view; without it a link to the dashboard is shown. */
  onReceived?: () => void;
}

/** Polls until the first page view arrives. */
export function FirstPageviewStatus({ site, onReceived }: Props) {
  const { t, plural } = useI18n();
  const api = useApi();
  const summary = useData(
    `waiting ${site}`,
    (signal) => api.get<Summary>(`sites/${encode(site)}/stats/summary`, { period: "day" }, signal),
    { every: POLL_MS },
  );
  const views = summary.value?.pageviews ?? 0;
  const isReceived = views > 0;
  useEffect(() => {
    if (!isReceived || !onReceived) return;
    const timer = setTimeout(onReceived, READING_MS);
    return () => clearTimeout(timer);
  }, [isReceived, onReceived]);
  return (
    <div class={views ? "card pageview-status done" : "card pageview-status"} role="status">
      {views ? <Icon name="check" /> : <span class="live-dot" aria-hidden="true" />}
      <div class="grow">
        <strong>{t(views ? "waiting.received" : "waiting.for")}</strong>
        <p class="muted small">{views ? plural("waiting.views", views) : t("waiting.hint")}</p>
      </div>
      {views > 0 && !onReceived && (
        <a class="button primary" href={siteHref(site)}>
          {t("waiting.go")}
        </a>
      )}
    </div>
  );
}
