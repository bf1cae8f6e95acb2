import type { MetricName, Realtime, Row } from "../api/types";
import { lazy } from "../app/lazy";
import { useI18n } from "../i18n/i18n";
import { toggleFilter } from "../lib/filters";
import { navigate, siteHref } from "../lib/router";
import { useData } from "../lib/useData";
import { serializeView } from "../lib/view";
import { useApi } from "../session/SessionContext";
import { BreakdownRows } from "../site/panels/BreakdownRows";
import { reportPath } from "../site/reports";
import { EmptyState } from "../ui/EmptyState";
import { ErrorAlert } from "../ui/ErrorAlert";
import { PageTitle } from "../ui/PageTitle";
import { Skeleton, SkeletonLines } from "../ui/Skeleton";
import "../site/site.css";
import "../site/panels/panels.css";
import "./realtime.css";

const CountryMap = lazy(async () => (await import("../site/panels/CountryMap")).CountryMap);
const POLL_MS = 5000;
/** The smallest maximum of the chart, so that two visitors do not fill it. */
const MIN_SCALE = 4;

/** The visitors of the last half hour, live. */
export function RealtimePage({ site }: { site: string }) {
  const { t, number } = useI18n();
  const api = useApi();
  const data = useData(
    `realtime ${site}`,
    (signal) => api.get<Realtime>(reportPath(site, "realtime"), undefined, signal),
    { every: POLL_MS },
  );
  const realtime = data.value;
  return (
    <main class="page site-page" id="main">
      <PageTitle text={`${t("nav.realtime")} · ${site}`} hidden />
      {data.problem && <ErrorAlert problem={data.problem} onRetry={data.reload} />}
      <section class="card realtime" aria-busy={!realtime}>
        <div>
          <p class="muted">
            <span class={realtime?.visitors ? "live-dot" : "live-dot off"} aria-hidden="true" /> {t("realtime.now")}
          </p>
          <p class="big num" aria-live="polite">
            {realtime ? number(realtime.visitors) : <Skeleton width="4rem" />}
          </p>
          <p class="muted small">{t("realtime.window")}</p>
        </div>
        <MinuteChart minutes={realtime?.minutes ?? []} />
      </section>
      <div class="panels realtime-panels">
        <RealtimePanel title={t("panel.pages")} dimension="page" rows={realtime?.pages} site={site} />
        <RealtimePanel title={t("panel.sources")} dimension="source" rows={realtime?.sources} site={site} />
        <section class="card panel">
          <header>
            <h2>{t("panel.locations")}</h2>
          </header>
          <div class="content">{realtime ? <CountryMap rows={realtime.countries} /> : <SkeletonLines lines={6} />}</div>
        </section>
        <RealtimePanel title={t("tab.country")} dimension="country" rows={realtime?.countries} site={site} />
      </div>
    </main>
  );
}

function MinuteChart({ minutes }: { minutes: Realtime["minutes"] }) {
  const { t, plural, number } = useI18n();
  const maxVisitors = Math.max(MIN_SCALE, ...minutes.map(({ visitors }) => visitors));
  return (
    <figure>
      <figcaption class="row between nowrap small muted">
        <span>{t("realtime.minutes")}</span>
        <span class="num" aria-hidden="true">
          {number(maxVisitors)}
        </span>
      </figcaption>
      <ol class="minute-chart" aria-label={t("realtime.minutes")}>
        {minutes.map((minute, index) => {
          const description = `${plural("visitor", minute.visitors)}, ${plural("minutes-ago", minutes.length - 1 - index)}`;
          return (
            <li key={minute.time} title={description}>
              <span
                class={minute.visitors ? "bar" : "bar idle"}
                style={{ height: `${Math.max(minute.visitors ? 6 : 1.5, (minute.visitors / maxVisitors) * 100)}%` }}
              />
              <span class="visually-hidden">{description}</span>
            </li>
          );
        })}
      </ol>
      <p class="row between small muted" aria-hidden="true">
        <span>{plural("minutes-ago", Math.max(0, minutes.length - 1))}</span>
        <span>{t("realtime.last")}</span>
      </p>
    </figure>
  );
}

function RealtimePanel({
  title,
  dimension,
  rows,
  site,
}: {
  title: string;
  dimension: string;
  rows: Row[] | undefined;
  site: string;
}) {
  const { t } = useI18n();
  const metric: MetricName = "visitors";
  return (
    <section class="card panel">
      <header>
        <h2>{title}</h2>
      </header>
      <div class="content">
        {!rows && <SkeletonLines lines={5} />}
        {rows?.length === 0 && <EmptyState icon="clock">{t("realtime.empty")}</EmptyState>}
        {rows && rows.length > 0 && (
          <BreakdownRows
            dimension={dimension}
            rows={rows.slice(0, 9)}
            metric={metric}
            total={0}
            isSelected={() => false}
            onChoose={(value) =>
              navigate(siteHref(site) + serializeView({ period: "day", filters: toggleFilter([], dimension, value) }))
            }
          />
        )}
      </div>
    </section>
  );
}
