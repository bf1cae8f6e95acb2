import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { VisitorPage, VisitPage } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { siteHref } from "../lib/router";
import { usePagedData } from "../lib/usePagedData";
import { useApi } from "../session/SessionContext";
import { valueLabel } from "../site/dimensions";
import { EmptyState } from "../ui/EmptyState";
import { ErrorAlert } from "../ui/ErrorAlert";
import { TextField } from "../ui/forms/Field";
import { SegmentedControl } from "../ui/forms/SegmentedControl";
import { PageTitle } from "../ui/PageTitle";
import { SkeletonLines } from "../ui/Skeleton";
import { placeLabel, VisitorIcon } from "./VisitorIcon";
import { VisitorLookupDialog } from "./VisitorLookupDialog";
import "./visitors.css";

type Kind = "visits" | "visitors";

/** The list of visits and visitors, for administrators. */
export function VisitsPage({ site }: { site: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const [kind, setKind] = useState<Kind>("visits");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [isLookupOpen, setIsLookupOpen] = useState(false);
  return (
    <main class="page stack wide" id="main">
      <header class="row between">
        <PageTitle text={`${t("nav.visits")} · ${site}`}>{t("nav.visits")}</PageTitle>
        <button type="button" class="button" onClick={() => setIsLookupOpen(true)}>
          {t("lookup.title")}
        </button>
      </header>
      <section class="card visits">
        <div class="row between controls">
          <SegmentedControl<Kind>
            label={t("visits.kind")}
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
      {isLookupOpen && <VisitorLookupDialog site={site} onClose={() => setIsLookupOpen(false)} />}
    </main>
  );
}

interface TableProps {
  site: string;
  from: string;
  to: string;
}

function VisitTable({ site, from, to }: TableProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useApi();
  const visits = usePagedData(`visits ${site} ${from} ${to}`, async (after, signal) => {
    const page = await api.get<VisitPage>(
      `sites/${encode(site)}/visits`,
      { after, from: from || null, to: to || null },
      signal,
    );
    return { rows: page.visits, next: page.next };
  });
  return (
    <PagedTable pages={visits}>
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
              <a class="visitor-link" href={siteHref(site, "visitors", visit.visitor)}>
                <VisitorIcon id={visit.visitor} />
                {placeLabel(visit, i18n)}
              </a>
            </th>
            <td>
              <time dateTime={visit.started_at} title={i18n.dateTime(visit.started_at)}>
                {i18n.relativeTime(visit.started_at, Date.now())}
              </time>
            </td>
            <td class="page-path">{visit.entry_page}</td>
            <td class="break-anywhere">{valueLabel("source", visit.source, i18n)}</td>
            <td class="muted">{[visit.browser, visit.os].filter(Boolean).join(" · ") || "–"}</td>
            <td class="num">{i18n.number(visit.pageviews)}</td>
            <td class="num">{i18n.duration((Date.parse(visit.ended_at) - Date.parse(visit.started_at)) / 1000)}</td>
          </tr>
        ))}
      </tbody>
    </PagedTable>
  );
}

function VisitorTable({ site, from, to }: TableProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useApi();
  const visitors = usePagedData(`visitors ${site} ${from} ${to}`, async (after, signal) => {
    const page = await api.get<VisitorPage>(
      `sites/${encode(site)}/visitors`,
      { after, from: from || null, to: to || null },
      signal,
    );
    return { rows: page.visitors, next: page.next };
  });
  return (
    <PagedTable pages={visitors}>
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
              <a class="visitor-link" href={siteHref(site, "visitors", visitor.id)}>
                <VisitorIcon id={visitor.id} />
                {visitor.label || placeLabel(visitor, i18n)}
              </a>
            </th>
            <td>{i18n.relativeTime(visitor.last_visit, Date.now())}</td>
            <td>{i18n.dateTime(visitor.first_visit)}</td>
            <td class="muted">{[visitor.browser, visitor.os].filter(Boolean).join(" · ") || "–"}</td>
          </tr>
        ))}
      </tbody>
    </PagedTable>
  );
}

function PagedTable({
  pages,
  children,
}: {
  pages: ReturnType<typeof usePagedData<unknown>>;
  children: preact.ComponentChildren;
}) {
  const { t } = useI18n();
  if (pages.problem && !pages.rows)
    return (
      <div class="inset">
        <ErrorAlert problem={pages.problem} onRetry={pages.reload} />
      </div>
    );
  if (!pages.rows)
    return (
      <div class="inset">
        <SkeletonLines lines={8} />
      </div>
    );
  if (!pages.rows.length) return <EmptyState icon="clock">{t("visits.none")}</EmptyState>;
  return (
    <>
      <div class="scroll-x" tabIndex={0} role="region" aria-label={t("nav.visits")}>
        <table class="table">{children}</table>
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
