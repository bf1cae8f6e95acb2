import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { BotAmount, BotReport, Site } from "../api/types";
import { useWords } from "../i18n/words";
import { siteAddress } from "../lib/router";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Bone, Bones, Empty, Title, Trouble } from "../ui/bits";
import { Strip } from "../ui/forms";
import { BotSettingsCard } from "./BotSettings";
import { BotVisitsDialog, type Wanted } from "./BotVisits";
import { Filtered } from "./Filtered";
import { BotCandidates } from "./Opinions";
import { Overrides } from "./Overrides";
import { Recounting } from "./Recounting";
import { useOverrides } from "./useOverrides";
import "../site/site.css";
import "./bots.css";

const PERIODS = ["day", "7d", "30d", "year"] as const;
type Period = (typeof PERIODS)[number];

/** What was taken for programs: why, how often, and what somebody wants to be otherwise. */
export function BotsPage({ site }: { site: string }) {
  const words = useWords();
  const { t } = words;
  const api = useApi();
  const [period, setPeriod] = useState<Period>("30d");
  const [visits, setVisits] = useState<Wanted>();
  const path = `sites/${part(site)}/bots`;
  const found = useData(`${path} ${period}`, (signal) => api.get<BotReport>(path, { period }, signal), { keep: true });
  const overrides = useOverrides(site, found.reload);
  const settings = useData(`site ${site}`, (signal) => api.get<Site>(`sites/${part(site)}`, undefined, signal));
  const report = found.value;
  return (
    <main class="page stack wide" id="main">
      <header class="row apart">
        <div>
          <Title text={`${t("nav.bots")} · ${site}`}>{t("nav.bots")}</Title>
          <p class="muted small">{t("bots.text")}</p>
        </div>
        <Strip<Period>
          name={t("bots.period")}
          value={period}
          onChoose={setPeriod}
          options={PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))}
        />
      </header>
      {found.problem && !report && <Trouble problem={found.problem} onRetry={found.reload} />}
      {settings.value?.bot_policy === "count" && (
        <div class="note">
          <span>{t("bots.counted")}</span>
          <a href={siteAddress(site, "settings", "privacy")}>{t("bots.change")}</a>
        </div>
      )}
      <Recounting recount={overrides.recount} />
      <section class={found.isStale && report ? "card shares stale" : "card shares"} aria-label={t("bots.shares")}>
        <Part
          name={t("bots.people")}
          of={report?.people}
          onShow={() => setVisits({ title: t("bots.people"), counted_as: "people" })}
        />
        <Part
          name={t("bots.filtered")}
          of={report?.bots}
          onShow={() => setVisits({ title: t("bots.filtered"), counted_as: "bots" })}
        />
        <Part name={t("bots.readmitted")} of={report?.readmitted} hint={t("bots.readmitted.hint")} />
        <div class={report?.bots.visits ? "balance" : "balance idle"} aria-hidden="true">
          <span style={{ width: `${report?.people.share ?? 0}%` }} />
        </div>
      </section>
      {!report && !found.problem && (
        <section class="card padded">
          <Bones lines={6} />
        </section>
      )}
      {report && report.rules.length === 0 && (
        <section class="card">
          <Empty icon="check">{t("bots.none")}</Empty>
        </section>
      )}
      {report && report.rules.length > 0 && (
        <Filtered report={report} overrides={overrides} onShow={setVisits} isStale={found.isStale} />
      )}
      <Overrides overrides={overrides} />
      <BotCandidates site={site} />
      <BotSettingsCard site={site} onChange={overrides.reload} />
      {visits && <BotVisitsDialog site={site} period={period} wanted={visits} onClose={() => setVisits(undefined)} />}
    </main>
  );
}

interface PartProps {
  name: string;
  of: BotAmount | undefined;
  hint?: string;
  onShow?: () => void;
}

function Part({ name, of, hint, onShow }: PartProps) {
  const words = useWords();
  return (
    <div class="part">
      <p class="muted small">{name}</p>
      <p class="figure num">
        {of ? words.percent(of.share, of.share > 0 && of.share < 10 ? 1 : 0) : <Bone width="4rem" />}
      </p>
      <p class="small muted num">
        {of && words.t("bots.amount", { visits: words.exact(of.visits), views: words.exact(of.pageviews) })}
        {of && of.visits > 0 && onShow && (
          <>
            {" · "}
            <button type="button" class="linklike underlined" onClick={onShow}>
              {words.t("bots.view")}
            </button>
          </>
        )}
      </p>
      {hint && <p class="small muted">{hint}</p>}
    </div>
  );
}
