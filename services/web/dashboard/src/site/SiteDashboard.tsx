import { useState } from "preact/hooks";
import type { Summary } from "../api/types";
import { lazy } from "../app/lazy";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { ErrorAlert } from "../ui/ErrorAlert";
import { PageTitle } from "../ui/PageTitle";
import { AccuracyNote } from "./AccuracyNote";
import { ChartCard } from "./chart/ChartCard";
import { FilterBar } from "./filters/FilterBar";
import { MetricTiles } from "./MetricTiles";
import { SitePanels } from "./panels/SitePanels";
import { reportPath, useSummary } from "./reports";
import { Toolbar } from "./Toolbar";
import { useShortcuts } from "./useShortcuts";
import { useOpenBreakdown, useView } from "./useView";
import "./site.css";

const BreakdownDialog = lazy(async () => (await import("./panels/BreakdownDialog")).BreakdownDialog);
const FilterDialog = lazy(async () => (await import("./filters/FilterDialog")).FilterDialog);
const ShortcutsDialog = lazy(async () => (await import("./ShortcutsDialog")).ShortcutsDialog);
const InsightsCard = lazy(async () => (await import("../insights/InsightsCard")).InsightsCard);
const EmptySite = lazy(async () => (await import("./EmptySite")).EmptySite);

interface Props {
  site: string;
  /** Whether to show links to settings; false for shared, paired and public sites. */
  canManage?: boolean;
}

/** The dashboard of a site. */
export function SiteDashboard({ site, canManage = false }: Props) {
  const { t } = useI18n();
  const [view, changeView] = useView();
  const [details, showDetails] = useOpenBreakdown();
  const [dialog, setDialog] = useState<"filter" | "shortcuts" | null>(null);
  const summary = useSummary(site, view);
  const zone = summary.value?.timezone ?? "UTC";
  const isNeverVisited = useIsNeverVisited(site, canManage ? summary.value : undefined);
  useShortcuts({ view, changeView, zone, onFilter: () => setDialog("filter"), onHelp: () => setDialog("shortcuts") });
  // A dialog reports its closing a moment late, when a shortcut may already have opened the other one.
  const closed = (which: typeof dialog) => () => setDialog((open) => (open === which ? null : open));

  if (isNeverVisited)
    return (
      <main class="page site-page" id="main">
        <PageTitle text={site} hidden />
        <EmptySite site={site} onReceived={summary.reload} />
      </main>
    );
  return (
    <main class="page site-page" id="main">
      <PageTitle text={site} hidden />
      <Toolbar
        site={site}
        view={view}
        changeView={changeView}
        zone={zone}
        summary={summary.value}
        onFilter={() => setDialog("filter")}
      />
      <FilterBar view={view} changeView={changeView} onAdd={() => setDialog("filter")} />
      {summary.problem && <ErrorAlert problem={summary.problem} onRetry={summary.reload} />}
      {summary.isSlow && (
        <p class="notice" role="status">
          {t("slow")}
        </p>
      )}
      <section
        class={summary.isStale && summary.value ? "card overview stale" : "card overview"}
        aria-label={t("top.title")}
        aria-busy={summary.isStale}
      >
        <MetricTiles
          summary={summary.value}
          chosen={view.metric ?? "visitors"}
          onChoose={(metric) => changeView({ metric }, { replace: true })}
        />
        <ChartCard site={site} view={view} changeView={changeView} />
        <AccuracyNote summary={summary.value} />
      </section>
      <SitePanels
        site={site}
        view={view}
        changeView={changeView}
        visitors={summary.value?.visitors ?? 0}
        canManage={canManage}
        onDetails={showDetails}
      />
      {summary.value && <InsightsCard site={site} changeView={changeView} canManage={canManage} />}
      {details && (
        <BreakdownDialog
          site={site}
          dimension={details}
          view={view}
          changeView={changeView}
          onClose={() => showDetails(null)}
        />
      )}
      {dialog === "filter" && (
        <FilterDialog site={site} view={view} changeView={changeView} onClose={closed("filter")} />
      )}
      {dialog === "shortcuts" && <ShortcutsDialog onClose={closed("shortcuts")} />}
    </main>
  );
}

/** Whether a site whose period is empty has no visits at all. */
function useIsNeverVisited(site: string, summary: Summary | undefined): boolean {
  const api = useApi();
  const isEmpty = summary !== undefined && summary.visits === 0;
  const ever = useData(isEmpty ? `ever ${site}` : null, (signal) =>
    api.get<Summary>(reportPath(site, "summary"), { period: "all" }, signal),
  );
  return isEmpty && ever.value?.visits === 0;
}
