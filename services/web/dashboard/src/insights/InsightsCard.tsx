import { useEffect, useRef, useState } from "preact/hooks";
import type { AnomaliesAnswer, ForecastAnswer, SiteSummary, SummaryAnswer } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { REFETCH } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import type { ChangeView } from "../site/useView";
import { EmptyState } from "../ui/EmptyState";
import { ErrorAlert } from "../ui/ErrorAlert";
import { FormError } from "../ui/forms/Form";
import { useSubmission } from "../ui/forms/useSubmission";
import { PercentChange } from "../ui/PercentChange";
import { SkeletonLines } from "../ui/Skeleton";
import { describeAnomaly, describeCauses, formatAverage, whyUnavailable } from "./describeInsight";
import { insightPath, useInsight } from "./useInsight";
import "./insights.css";

interface Props {
  site: string;
  changeView: ChangeView;
  canManage: boolean;
}

const [AHEAD, BACK] = [30, 90];
const SHOWN = 6;

/** Averages, records, busiest times, anomalies and the forecast of a site. */
export function InsightsCard({ site, changeView, canManage }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useApi();
  const form = useSubmission();
  const [isRequested, setIsRequested] = useState(false);
  const summary = useInsight<SummaryAnswer>(site, "summary", undefined, isRequested);
  const anomalies = useInsight<AnomaliesAnswer>(site, "anomalies", BACK, isRequested);
  const forecast = useInsight<ForecastAnswer>(site, "forecast", AHEAD, isRequested);
  const answer = summary.value;
  useEffect(() => {
    if (answer) setIsRequested(answer.requested_at !== null);
  }, [answer]);
  // The chart fetched its insights earlier and needs the new ones as well.
  const computedAt = answer?.computed_at;
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
      setIsRequested(true);
    });

  return (
    <section class="card insights" aria-labelledby="insights-title">
      <header>
        <h2 id="insights-title">{t("insights.title")}</h2>
        <p class="row muted small">
          {answer?.computed_at && (
            <span>{t("insights.computed", { time: i18n.relativeTime(answer.computed_at, Date.now()) })}</span>
          )}
          {canManage && answer && (
            <button type="button" class="button compact ghost" disabled={form.isBusy || isRequested} onClick={refresh}>
              {t(isRequested ? "insights.updating" : "insights.refresh")}
            </button>
          )}
        </p>
      </header>
      <FormError submission={form} />
      {summary.problem && !answer && <ErrorAlert problem={summary.problem} onRetry={summary.reload} />}
      {!answer && !summary.problem && (
        <div class="inset">
          <SkeletonLines lines={5} />
        </div>
      )}
      {answer && answer.state !== "ready" && <EmptyState icon="clock">{whyUnavailable(answer, i18n)}</EmptyState>}
      {answer?.summary && (
        <div class="insights-grid">
          <div class="stack wide">
            <DailyAverages summary={answer.summary} />
            <Records summary={answer.summary} />
          </div>
          <div class="stack wide">
            <WeekOverWeek summary={answer.summary} />
            <Fact title={t("insights.forecast")}>{forecast.value && <ForecastSummary answer={forecast.value} />}</Fact>
          </div>
          <BusiestTimes summary={answer.summary} />
          <div class="full-width">
            <Fact title={t("insights.anomalies")}>
              {anomalies.value && <AnomalyList answer={anomalies.value} changeView={changeView} />}
            </Fact>
          </div>
        </div>
      )}
    </section>
  );
}

function Fact({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return (
    <div class="insight">
      <h3>{title}</h3>
      {children}
    </div>
  );
}

const METRICS = ["visitors", "visits", "pageviews"] as const;

function DailyAverages({ summary }: { summary: SiteSummary }) {
  const i18n = useI18n();
  return (
    <Fact title={i18n.t("insights.averages")}>
      <dl class="figures">
        {METRICS.map((metric) => (
          <div key={metric}>
            <dt>{i18n.t(`metric.${metric}`)}</dt>
            <dd class="num">
              {formatAverage(summary.last_month[metric], i18n)}{" "}
              <span class="muted small">
                {i18n.t("insights.all-time", { value: formatAverage(summary.all_time[metric], i18n) })}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </Fact>
  );
}

function WeekOverWeek({ summary }: { summary: SiteSummary }) {
  const i18n = useI18n();
  return (
    <Fact title={i18n.t("insights.week")}>
      <dl class="figures">
        {METRICS.map((metric) => {
          const { now, before, percent } = summary.week_over_week[metric];
          return (
            <div key={metric}>
              <dt>{i18n.t(`metric.${metric}`)}</dt>
              <dd class="num">
                {i18n.number(now)} <PercentChange percent={percent} />{" "}
                <span class="visually-hidden">{i18n.t("compared.with", { value: i18n.number(before) })}</span>
              </dd>
            </div>
          );
        })}
      </dl>
    </Fact>
  );
}

function BusiestTimes({ summary }: { summary: SiteSummary }) {
  const i18n = useI18n();
  const { t } = i18n;
  const weekday = (number: number, style: "long" | "narrow") =>
    new Intl.DateTimeFormat(i18n.language, { weekday: style, timeZone: "UTC" }).format(Date.UTC(2024, 0, number));
  const hour = (number: number) =>
    new Intl.DateTimeFormat(i18n.language, {
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
          {t("insights.visitors-a-day", { n: formatAverage(summary.busiest_weekday.visitors, i18n) })}
        </span>
      </p>
      <BarChart
        bars={summary.weekdays.map((each) => ({
          key: each.weekday,
          value: each.visitors,
          description: `${weekday(each.weekday, "long")}: ${formatAverage(each.visitors, i18n)}`,
          axisLabel: weekday(each.weekday, "narrow"),
        }))}
      />
      {summary.busiest_hour && (
        <p>
          <strong>{hour(summary.busiest_hour.hour)}</strong>{" "}
          <span class="muted small">
            {t("insights.visits-an-hour", { n: formatAverage(summary.busiest_hour.visits, i18n) })}
          </span>
        </p>
      )}
      <BarChart
        bars={summary.hours.map((each) => ({
          key: each.hour,
          value: each.visits,
          description: `${hour(each.hour)}: ${formatAverage(each.visits, i18n)}`,
          axisLabel: each.hour % 6 ? "" : String(each.hour),
        }))}
      />
    </Fact>
  );
}

interface Bar {
  key: number;
  value: number;
  description: string;
  axisLabel: string;
}

function BarChart({ bars }: { bars: readonly Bar[] }) {
  const maxValue = Math.max(...bars.map(({ value }) => value), 1e-9);
  return (
    <ol class="bar-chart">
      {bars.map((bar) => (
        <li key={bar.key} title={bar.description}>
          <span
            class={bar.value === maxValue ? "bar highest" : "bar"}
            style={{ height: `${Math.max(4, (bar.value / maxValue) * 100)}%` }}
          />
          <span class="axis-label" aria-hidden="true">
            {bar.axisLabel}
          </span>
          <span class="visually-hidden">{bar.description}</span>
        </li>
      ))}
    </ol>
  );
}

function Records({ summary }: { summary: SiteSummary }) {
  const i18n = useI18n();
  return (
    <Fact title={i18n.t("insights.records")}>
      <dl class="figures">
        {summary.records.map((record) => (
          <div key={record.metric}>
            <dt>{i18n.t(`metric.${record.metric}`)}</dt>
            <dd class="num">
              {i18n.number(record.value)} <span class="muted small">{i18n.date(record.day)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </Fact>
  );
}

function ForecastSummary({ answer }: { answer: ForecastAnswer }) {
  const i18n = useI18n();
  const { t } = i18n;
  if (!answer.forecast) return <p class="muted">{whyUnavailable(answer, i18n)}</p>;
  const { days, quality } = answer.forecast.visitors;
  const sum = (name: "expected" | "low_80" | "high_80") => days.reduce((total, day) => total + day[name], 0);
  const mean = sum("expected") / Math.max(1, days.length);
  return (
    <>
      <p>
        <strong class="num">{formatAverage(mean, i18n)}</strong>{" "}
        <span class="muted small">{t("insights.ahead", { n: days.length })}</span>
      </p>
      <p class="muted small">
        {t("insights.range", {
          low: formatAverage(sum("low_80") / Math.max(1, days.length), i18n),
          high: formatAverage(sum("high_80") / Math.max(1, days.length), i18n),
        })}
      </p>
      {quality && quality.naive_error > 0 && (
        <p class="muted small">
          {t(quality.error < quality.naive_error ? "insights.better" : "insights.worse", {
            percent: i18n.percent(Math.abs(1 - quality.error / quality.naive_error) * 100),
            trials: quality.trials,
          })}
        </p>
      )}
    </>
  );
}

function AnomalyList({ answer, changeView }: { answer: AnomaliesAnswer; changeView: ChangeView }) {
  const i18n = useI18n();
  const { t } = i18n;
  if (!answer.anomalies) return <p class="muted">{whyUnavailable(answer, i18n)}</p>;
  const anomalies = answer.anomalies.anomalies;
  if (!anomalies.length) return <p class="muted">{t("anomalies.none", { n: BACK })}</p>;
  return (
    <ul class="anomaly-list">
      {anomalies.slice(0, SHOWN).map((anomaly) => (
        <li key={anomaly.day + anomaly.metric}>
          <button
            type="button"
            class="link-button"
            onClick={() =>
              changeView({
                period: "custom",
                from: anomaly.day,
                to: anomaly.day,
                until: undefined,
                interval: undefined,
              })
            }
          >
            <strong>{i18n.date(anomaly.day)}</strong>
          </button>{" "}
          {describeAnomaly(anomaly, i18n)}
          {anomaly.causes[0] && <span class="muted small"> {describeCauses(anomaly, i18n)}</span>}
        </li>
      ))}
    </ul>
  );
}
