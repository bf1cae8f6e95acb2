import type { MetricName, Realtime, Row } from "../api/types";
import { lazy } from "../app/lazy";
import { useWords } from "../i18n/words";
import { toggled } from "../lib/filters";
import { go, siteAddress } from "../lib/router";
import { useData } from "../lib/useData";
import { writeView } from "../lib/view";
import { useApi } from "../session/context";
import { Bone, Bones, Empty, Title, Trouble } from "../ui/bits";
import { Rows } from "./Rows";
import { statsPath } from "./stats";
import "./site.css";

const CountryMap = lazy(async () => (await import("./CountryMap")).CountryMap);
const EVERY_MS = 5000;
/** A graph of one or two visitors is not to look like a crowd. */
const FEW = 4;

/** The last half hour, as it goes on. */
export function RealtimePage({ site }: { site: string }) {
  const { t, exact } = useWords();
  const api = useApi();
  const found = useData(
    `realtime ${site}`,
    (signal) => api.get<Realtime>(statsPath(site, "realtime"), undefined, signal),
    { every: EVERY_MS },
  );
  const now = found.value;
  return (
    <main class="page site-page" id="main">
      <Title text={`${t("nav.realtime")} · ${site}`} hidden />
      {found.problem && <Trouble problem={found.problem} onRetry={found.reload} />}
      <section class="card realtime" aria-busy={!now}>
        <div class="headline">
          <p class="muted">
            <span class={now?.visitors ? "live" : "live off"} aria-hidden="true" /> {t("realtime.now")}
          </p>
          <p class="big num" aria-live="polite">
            {now ? exact(now.visitors) : <Bone width="4rem" />}
          </p>
          <p class="muted small">{t("realtime.window")}</p>
        </div>
        <Minutes minutes={now?.minutes ?? []} />
      </section>
      <div class="panels now">
        <Now title={t("panel.pages")} dimension="page" rows={now?.pages} site={site} />
        <Now title={t("panel.sources")} dimension="source" rows={now?.sources} site={site} />
        <section class="card panel">
          <header>
            <h2>{t("panel.locations")}</h2>
          </header>
          <div class="content">{now ? <CountryMap rows={now.countries} /> : <Bones lines={6} />}</div>
        </section>
        <Now title={t("tab.country")} dimension="country" rows={now?.countries} site={site} />
      </div>
    </main>
  );
}

function Minutes({ minutes }: { minutes: Realtime["minutes"] }) {
  const { t, n, exact } = useWords();
  const most = Math.max(FEW, ...minutes.map(({ visitors }) => visitors));
  return (
    <figure>
      <figcaption class="row apart nowrap small muted">
        <span>{t("realtime.minutes")}</span>
        <span class="num" aria-hidden="true">
          {exact(most)}
        </span>
      </figcaption>
      <ol class="minutes" aria-label={t("realtime.minutes")}>
        {minutes.map((minute, index) => {
          const said = `${n("visitor", minute.visitors)}, ${n("minutes-ago", minutes.length - 1 - index)}`;
          return (
            <li key={minute.time} title={said}>
              <span
                class={minute.visitors ? "bar" : "bar idle"}
                style={{ height: `${Math.max(minute.visitors ? 6 : 1.5, (minute.visitors / most) * 100)}%` }}
              />
              <span class="hidden">{said}</span>
            </li>
          );
        })}
      </ol>
      <p class="row apart small muted" aria-hidden="true">
        <span>{n("minutes-ago", Math.max(0, minutes.length - 1))}</span>
        <span>{t("realtime.last")}</span>
      </p>
    </figure>
  );
}

function Now({
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
  const { t } = useWords();
  const metric: MetricName = "visitors";
  return (
    <section class="card panel">
      <header>
        <h2>{title}</h2>
      </header>
      <div class="content">
        {!rows && <Bones lines={5} />}
        {rows?.length === 0 && <Empty icon="clock">{t("realtime.empty")}</Empty>}
        {rows && rows.length > 0 && (
          <Rows
            dimension={dimension}
            rows={rows.slice(0, 9)}
            metric={metric}
            all={0}
            isChosen={() => false}
            onChoose={(value) =>
              go(siteAddress(site) + writeView({ period: "day", filters: toggled([], dimension, value) }))
            }
          />
        )}
      </div>
    </section>
  );
}
