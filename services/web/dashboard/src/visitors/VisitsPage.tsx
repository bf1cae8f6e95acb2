import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { VisitorPage, VisitPage } from "../api/types";
import { useWords } from "../i18n/words";
import { siteAddress } from "../lib/router";
import { usePagedData } from "../lib/usePagedData";
import { useApi } from "../session/context";
import { nameOfValue } from "../site/values";
import { Bones, Empty, Title, Trouble } from "../ui/bits";
import { Strip, TextField } from "../ui/forms";
import { LookUp } from "./LookUp";
import { VisitorMark, where } from "./marks";
import "./visitors.css";

type Kind = "visits" | "visitors";

/** Single visits, for administrators. */
export function VisitsPage({ site }: { site: string }) {
  const words = useWords();
  const { t } = words;
  const [kind, setKind] = useState<Kind>("visits");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [isAsking, setAsking] = useState(false);
  return (
    <main class="page stack wide" id="main">
      <header class="row apart">
        <Title text={`${t("nav.visits")} · ${site}`}>{t("nav.visits")}</Title>
        <button type="button" class="button" onClick={() => setAsking(true)}>
          {t("lookup.title")}
        </button>
      </header>
      <section class="card visits">
        <div class="row apart controls">
          <Strip<Kind>
            name={t("visits.kind")}
            value={kind}
            onChoose={setKind}
            options={[
              { value: "visits", label: t("metric.visits") },
              { value: "visitors", label: t("metric.visitors") },
            ]}
          />
          <div class="row dates">
            <TextField
              label={t("range.from")}
              type="date"
              value={from}
              max={to || undefined}
              onInput={(event) => setFrom(event.currentTarget.value)}
            />
            <TextField
              label={t("range.to")}
              type="date"
              value={to}
              min={from || undefined}
              onInput={(event) => setTo(event.currentTarget.value)}
            />
          </div>
        </div>
        {kind === "visits" ? (
          <VisitTable site={site} from={from} to={to} />
        ) : (
          <VisitorTable site={site} from={from} to={to} />
        )}
      </section>
      {isAsking && <LookUp site={site} onClose={() => setAsking(false)} />}
    </main>
  );
}

interface TableProps {
  site: string;
  from: string;
  to: string;
}

function VisitTable({ site, from, to }: TableProps) {
  const words = useWords();
  const { t } = words;
  const api = useApi();
  const visits = usePagedData(`visits ${site} ${from} ${to}`, async (after, signal) => {
    const page = await api.get<VisitPage>(
      `sites/${part(site)}/visits`,
      { after, from: from || null, to: to || null },
      signal,
    );
    return { rows: page.visits, next: page.next };
  });
  return (
    <Listed pages={visits}>
      <thead>
        <tr>
          <th scope="col">{t("visits.visitor")}</th>
          <th scope="col">{t("visits.started")}</th>
          <th scope="col">{t("dimension.entry")}</th>
          <th scope="col">{t("dimension.source")}</th>
          <th scope="col">{t("visits.client")}</th>
          <th scope="col" class="num">
            {t("metric.pageviews")}
          </th>
          <th scope="col" class="num">
            {t("metric.visit_duration")}
          </th>
        </tr>
      </thead>
      <tbody>
        {visits.rows?.map((visit) => (
          <tr key={visit.visitor + visit.started_at}>
            <th scope="row">
              <a class="who" href={siteAddress(site, "visitors", visit.visitor)}>
                <VisitorMark id={visit.visitor} />
                {where(visit, words)}
              </a>
            </th>
            <td>
              <time dateTime={visit.started_at} title={words.moment(visit.started_at)}>
                {words.ago(visit.started_at, Date.now())}
              </time>
            </td>
            <td class="page-path">{visit.entry_page}</td>
            <td class="breakable">{nameOfValue("source", visit.source, words)}</td>
            <td class="muted">{[visit.browser, visit.os].filter(Boolean).join(" · ") || "–"}</td>
            <td class="num">{words.exact(visit.pageviews)}</td>
            <td class="num">{words.duration((Date.parse(visit.ended_at) - Date.parse(visit.started_at)) / 1000)}</td>
          </tr>
        ))}
      </tbody>
    </Listed>
  );
}

function VisitorTable({ site, from, to }: TableProps) {
  const words = useWords();
  const { t } = words;
  const api = useApi();
  const visitors = usePagedData(`visitors ${site} ${from} ${to}`, async (after, signal) => {
    const page = await api.get<VisitorPage>(
      `sites/${part(site)}/visitors`,
      { after, from: from || null, to: to || null },
      signal,
    );
    return { rows: page.visitors, next: page.next };
  });
  return (
    <Listed pages={visitors}>
      <thead>
        <tr>
          <th scope="col">{t("visits.visitor")}</th>
          <th scope="col">{t("visits.last")}</th>
          <th scope="col">{t("visits.first")}</th>
          <th scope="col">{t("visits.client")}</th>
        </tr>
      </thead>
      <tbody>
        {visitors.rows?.map((visitor) => (
          <tr key={visitor.id}>
            <th scope="row">
              <a class="who" href={siteAddress(site, "visitors", visitor.id)}>
                <VisitorMark id={visitor.id} />
                {visitor.label || where(visitor, words)}
              </a>
            </th>
            <td>{words.ago(visitor.last_visit, Date.now())}</td>
            <td>{words.moment(visitor.first_visit)}</td>
            <td class="muted">{[visitor.browser, visitor.os].filter(Boolean).join(" · ") || "–"}</td>
          </tr>
        ))}
      </tbody>
    </Listed>
  );
}

function Listed({
  pages,
  children,
}: {
  pages: ReturnType<typeof usePagedData<unknown>>;
  children: preact.ComponentChildren;
}) {
  const { t } = useWords();
  if (pages.problem && !pages.rows)
    return (
      <div class="inset">
        <Trouble problem={pages.problem} onRetry={pages.reload} />
      </div>
    );
  if (!pages.rows)
    return (
      <div class="inset">
        <Bones lines={8} />
      </div>
    );
  if (!pages.rows.length) return <Empty icon="clock">{t("visits.none")}</Empty>;
  return (
    <>
      <div class="scroll-x" tabIndex={0} role="region" aria-label={t("nav.visits")}>
        <table class="list">{children}</table>
      </div>
      {pages.loadMore && (
        <div class="row inset">
          <button type="button" class="button" disabled={pages.isBusy} onClick={pages.loadMore}>
            {t("more")}
          </button>
        </div>
      )}
    </>
  );
}
