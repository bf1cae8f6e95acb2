import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { BotAmount, BotReport, Site } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { siteHref } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { EmptyState } from "../ui/EmptyState";
import { ErrorAlert } from "../ui/ErrorAlert";
import { SegmentedControl } from "../ui/forms/SegmentedControl";
import { PageTitle } from "../ui/PageTitle";
import { Skeleton, SkeletonLines } from "../ui/Skeleton";
import { BotOverrides } from "./BotOverrides";
import { BotSettingsCard } from "./BotSettingsCard";
import { type BotVisitFilter, BotVisitsDialog } from "./BotVisitsDialog";
import { FilteredVisits } from "./FilteredVisits";
import { RecountProgress } from "./RecountProgress";
import { SuspectedBots } from "./SuspectedBots";
import { useBotOverrides } from "./useBotOverrides";
import "./bots.css";

const PERIODS = ["day", "7d", "30d", "year"] as const;
type Period = (typeof PERIODS)[number];

/** A site's bot traffic: how much was filtered and why, and the overrides of the rules. */
export function BotsPage({ site }: { site: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useApi();
  const [period, setPeriod] = useState<Period>("30d");
  const [visits, setVisits] = useState<BotVisitFilter>();
  const path = `sites/${encode(site)}/bots`;
  const data = useData(`${path} ${period}`, (signal) => api.get<BotReport>(path, { period }, signal), { keep: true });
  const overrides = useBotOverrides(site, data.reload);
  const settings = useData(`site ${site}`, (signal) => api.get<Site>(`sites/${encode(site)}`, undefined, signal));
  const report = data.value;
  return (
    <main class="page stack wide" id="main">
      <header class="row between">
        <div>
          <PageTitle text={`${t("nav.bots")} · ${site}`}>{t("nav.bots")}</PageTitle>
          <p class="muted small">{t("bots.text")}</p>
        </div>
        <SegmentedControl<Period>
          label={t("bots.period")}
          value={period}
          onChoose={setPeriod}
          options={PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))}
        />
      </header>
      {data.problem && !report && <ErrorAlert problem={data.problem} onRetry={data.reload} />}
      {settings.value?.bot_policy === "count" && (
        <div class="notice">
          <span>{t("bots.counted")}</span>
          <a href={siteHref(site, "settings", "privacy")}>{t("bots.change")}</a>
        </div>
      )}
      <RecountProgress recount={overrides.recount} />
      <section
        class={data.isStale && report ? "card share-tiles stale" : "card share-tiles"}
        aria-label={t("bots.shares")}
      >
        <ShareTile
          name={t("bots.people")}
          amount={report?.human}
          onShow={() => setVisits({ title: t("bots.people"), counted_as: "human" })}
        />
        <ShareTile
          name={t("bots.filtered")}
          amount={report?.bots}
          onShow={() => setVisits({ title: t("bots.filtered"), counted_as: "bot" })}
        />
        <ShareTile name={t("bots.readmitted")} amount={report?.allowed} hint={t("bots.readmitted.hint")} />
        <div class={report?.bots.visits ? "share-bar" : "share-bar idle"} aria-hidden="true">
          <span style={{ width: `${report?.human.share ?? 0}%` }} />
        </div>
      </section>
      {!report && !data.problem && (
        <section class="card padded">
          <SkeletonLines lines={6} />
        </section>
      )}
      {report && report.rules.length === 0 && (
        <section class="card">
          <EmptyState icon="check">{t("bots.none")}</EmptyState>
        </section>
      )}
      {report && report.rules.length > 0 && (
        <FilteredVisits report={report} overrides={overrides} onShowVisits={setVisits} isStale={data.isStale} />
      )}
      <BotOverrides overrides={overrides} />
      <SuspectedBots site={site} />
      <BotSettingsCard site={site} onChange={overrides.reload} />
      {visits && <BotVisitsDialog site={site} period={period} filter={visits} onClose={() => setVisits(undefined)} />}
    </main>
  );
}

interface PartProps {
  name: string;
  amount: BotAmount | undefined;
  hint?: string;
  onShow?: () => void;
}

function ShareTile({ name, amount, hint, onShow }: PartProps) {
  const i18n = useI18n();
  return (
    <div class="share-tile">
      <p class="muted small">{name}</p>
      <p class="figure num">
        {amount ? i18n.percent(amount.share, amount.share > 0 && amount.share < 10 ? 1 : 0) : <Skeleton width="4rem" />}
      </p>
      <p class="small muted num">
        {amount && i18n.t("bots.amount", { visits: i18n.number(amount.visits), views: i18n.number(amount.pageviews) })}
        {amount && amount.visits > 0 && onShow && (
          <>
            {" · "}
            <button type="button" class="link-button underlined" onClick={onShow}>
              {i18n.t("bots.view")}
            </button>
          </>
        )}
      </p>
      {hint && <p class="small muted">{hint}</p>}
    </div>
  );
}
