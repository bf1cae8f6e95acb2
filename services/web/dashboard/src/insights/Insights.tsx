import { useEffect, useRef, useState } from "preact/hooks";
import type { AnomaliesAnswer, ForecastAnswer, SiteSummary, SummaryAnswer } from "../api/types";
import { useWords } from "../i18n/words";
import { REFETCH } from "../lib/useData";
import { useApi } from "../session/context";
import type { ChangeView } from "../site/useView";
import { Bones, Empty, Trouble } from "../ui/bits";
import { Change } from "../ui/Change";
import { Refusal, useSubmission } from "../ui/forms";
import { average, because, describe, whyNot } from "./say";
import { insightPath, useInsight } from "./useInsight";
import "./insights.css";

interface Props {
  site: string;
  change: ChangeView;
  canManage: boolean;
}

const [AHEAD, BACK] = [30, 90];
const SHOWN = 6;

/** What the site's past says: usual days, records, odd days, and what is to come. */
export function Insights({ site, change, canManage }: Props) {
  const words = useWords();
  const { t } = words;
  const api = useApi();
  const form = useSubmission();
  const [isAsked, setAsked] = useState(false);
  const summary = useInsight<SummaryAnswer>(site, "summary", undefined, isAsked);
  const anomalies = useInsight<AnomaliesAnswer>(site, "anomalies", BACK, isAsked);
  const forecast = useInsight<ForecastAnswer>(site, "forecast", AHEAD, isAsked);
  const now = summary.value;
  useEffect(() => {
    if (now) setAsked(now.asked_at !== null);
  }, [now]);
  // The graph has asked before; what the worker has found since is for it as well.
  const computedAt = now?.computed_at;
  const computedBefore = useRef<string | null | undefined>(undefined);
  useEffect(() => {
    if (computedAt === undefined) return;
    if (computedBefore.current !== undefined && computedBefore.current !== computedAt)
      dispatchEvent(new Event(REFETCH));
    computedBefore.current = computedAt;
  }, [computedAt]);
  const refresh = () =>
    void form.run(async () => {
      await api.post(insightPath(site, "refresh"));
      setAsked(true);
    });

  return (
    <section class="card insights" aria-labelledby="insights-title">
      <header>
        <h2 id="insights-title">{t("insights.title")}</h2>
        <p class="row muted small">
          {now?.computed_at && <span>{t("insights.computed", { time: words.ago(now.computed_at, Date.now()) })}</span>}
          {canManage && now && (
            <button type="button" class="button tight bare" disabled={form.isBusy || isAsked} onClick={refresh}>
              {t(isAsked ? "insights.updating" : "insights.refresh")}
            </button>
          )}
        </p>
      </header>
      <Refusal of={form} />
      {summary.problem && !now && <Trouble problem={summary.problem} onRetry={summary.reload} />}
      {!now && !summary.problem && (
        <div class="inset">
          <Bones lines={5} />
        </div>
      )}
      {now && now.state !== "ready" && <Empty icon="clock">{whyNot(now, words)}</Empty>}
      {now?.summary && (
        <div class="facts-grid">
          <div class="stack wide">
            <UsualDay summary={now.summary} />
            <Records summary={now.summary} />
          </div>
          <div class="stack wide">
            <Week summary={now.summary} />
            <Fact title={t("insights.forecast")}>{forecast.value && <Ahead answer={forecast.value} />}</Fact>
          </div>
          <Busiest summary={now.summary} />
          <div class="all">
            <Fact title={t("insights.anomalies")}>
              {anomalies.value && <Odd answer={anomalies.value} change={change} />}
            </Fact>
          </div>
        </div>
      )}
    </section>
  );
}

function Fact({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return (
    <div class="fact">
      <h3>{title}</h3>
      {children}
    </div>
  );
}

const METRICS = ["visitors", "visits", "pageviews"] as const;

function UsualDay({ summary }: { summary: SiteSummary }) {
  const words = useWords();
  return (
    <Fact title={words.t("insights.averages")}>
      <dl class="figures">
        {METRICS.map((metric) => (
          <div key={metric}>
            <dt>{words.t(`metric.${metric}`)}</dt>
            <dd class="num">
              {average(summary.last_month[metric], words)}{" "}
              <span class="muted small">
                {words.t("insights.all-time", { value: average(summary.all_time[metric], words) })}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </Fact>
  );
}

function Week({ summary }: { summary: SiteSummary }) {
  const words = useWords();
  return (
    <Fact title={words.t("insights.week")}>
      <dl class="figures">
        {METRICS.map((metric) => {
          const { now, before, percent } = summary.week_over_week[metric];
          return (
            <div key={metric}>
              <dt>{words.t(`metric.${metric}`)}</dt>
              <dd class="num">
                {words.exact(now)} <Change percent={percent} />{" "}
                <span class="hidden">{words.t("compared.with", { value: words.exact(before) })}</span>
              </dd>
            </div>
          );
        })}
      </dl>
    </Fact>
  );
}

function Busiest({ summary }: { summary: SiteSummary }) {
  const words = useWords();
  const { t } = words;
  const weekday = (number: number, style: "long" | "narrow") =>
    new Intl.DateTimeFormat(words.language, { weekday: style, timeZone: "UTC" }).format(Date.UTC(2024, 0, number));
  const hour = (number: number) =>
    new Intl.DateTimeFormat(words.language, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: "UTC",
    }).format(Date.UTC(2024, 0, 1, number));
  return (
    <Fact title={t("insights.busiest")}>
      <p>
        <strong>{weekday(summary.busiest_weekday.weekday, "long")}</strong>{" "}
        <span class="muted small">
          {t("insights.visitors-a-day", { n: average(summary.busiest_weekday.visitors, words) })}
        </span>
      </p>
      <Bars
        bars={summary.weekdays.map((each) => ({
          key: each.weekday,
          value: each.visitors,
          said: `${weekday(each.weekday, "long")}: ${average(each.visitors, words)}`,
          under: weekday(each.weekday, "narrow"),
        }))}
      />
      {summary.busiest_hour && (
        <p>
          <strong>{hour(summary.busiest_hour.hour)}</strong>{" "}
          <span class="muted small">
            {t("insights.visits-an-hour", { n: average(summary.busiest_hour.visits, words) })}
          </span>
        </p>
      )}
      <Bars
        bars={summary.hours.map((each) => ({
          key: each.hour,
          value: each.visits,
          said: `${hour(each.hour)}: ${average(each.visits, words)}`,
          under: each.hour % 6 ? "" : String(each.hour),
        }))}
      />
    </Fact>
  );
}

interface Bar {
  key: number;
  value: number;
  said: string;
  under: string;
}

function Bars({ bars }: { bars: readonly Bar[] }) {
  const most = Math.max(...bars.map(({ value }) => value), 1e-9);
  return (
    <ol class="little-bars">
      {bars.map((bar) => (
        <li key={bar.key} title={bar.said}>
          <span
            class={bar.value === most ? "bar most" : "bar"}
            style={{ height: `${Math.max(4, (bar.value / most) * 100)}%` }}
          />
          <span class="under" aria-hidden="true">
            {bar.under}
          </span>
          <span class="hidden">{bar.said}</span>
        </li>
      ))}
    </ol>
  );
}

function Records({ summary }: { summary: SiteSummary }) {
  const words = useWords();
  return (
    <Fact title={words.t("insights.records")}>
      <dl class="figures">
        {summary.records.map((record) => (
          <div key={record.metric}>
            <dt>{words.t(`metric.${record.metric}`)}</dt>
            <dd class="num">
              {words.exact(record.value)} <span class="muted small">{words.day(record.day)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </Fact>
  );
}

function Ahead({ answer }: { answer: ForecastAnswer }) {
  const words = useWords();
  const { t } = words;
  if (!answer.forecast) return <p class="muted">{whyNot(answer, words)}</p>;
  const { days, quality } = answer.forecast.visitors;
  const sum = (name: "expected" | "low_80" | "high_80") => days.reduce((all, day) => all + day[name], 0);
  const mean = sum("expected") / Math.max(1, days.length);
  return (
    <>
      <p>
        <strong class="num">{average(mean, words)}</strong>{" "}
        <span class="muted small">{t("insights.ahead", { n: days.length })}</span>
      </p>
      <p class="muted small">
        {t("insights.range", {
          low: average(sum("low_80") / Math.max(1, days.length), words),
          high: average(sum("high_80") / Math.max(1, days.length), words),
        })}
      </p>
      {quality && quality.naive_error > 0 && (
        <p class="muted small">
          {t(quality.error < quality.naive_error ? "insights.better" : "insights.worse", {
            percent: words.percent(Math.abs(1 - quality.error / quality.naive_error) * 100),
            trials: quality.trials,
          })}
        </p>
      )}
    </>
  );
}

function Odd({ answer, change }: { answer: AnomaliesAnswer; change: ChangeView }) {
  const words = useWords();
  const { t } = words;
  if (!answer.anomalies) return <p class="muted">{whyNot(answer, words)}</p>;
  const found = answer.anomalies.anomalies;
  if (!found.length) return <p class="muted">{t("anomalies.none", { n: BACK })}</p>;
  return (
    <ul class="odd-days">
      {found.slice(0, SHOWN).map((anomaly) => (
        <li key={anomaly.day + anomaly.metric}>
          <button
            type="button"
            class="linklike"
            onClick={() =>
              change({ period: "custom", from: anomaly.day, to: anomaly.day, until: undefined, interval: undefined })
            }
          >
            <strong>{words.day(anomaly.day)}</strong>
          </button>{" "}
          {describe(anomaly, words)}
          {anomaly.causes[0] && <span class="muted small"> {because(anomaly, words)}</span>}
        </li>
      ))}
    </ul>
  );
}
