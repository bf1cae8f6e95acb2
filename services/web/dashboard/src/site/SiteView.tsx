import { useState } from "preact/hooks";
import type { Summary } from "../api/types";
import { lazy } from "../app/lazy";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Title, Trouble } from "../ui/bits";
import { Accuracy } from "./Accuracy";
import { FilterBar } from "./FilterBar";
import { GraphCard } from "./GraphCard";
import { Metrics } from "./Metrics";
import { Panels } from "./Panels";
import { useShortcuts } from "./shortcuts";
import { statsPath, useSummary } from "./stats";
import { Toolbar } from "./Toolbar";
import { useDetails, useView } from "./useView";
import "./site.css";

const Details = lazy(async () => (await import("./Details")).Details);
const FilterDialog = lazy(async () => (await import("./FilterDialog")).FilterDialog);
const Shortcuts = lazy(async () => (await import("./ShortcutsDialog")).ShortcutsDialog);
const Insights = lazy(async () => (await import("../insights/Insights")).Insights);
const FirstVisit = lazy(async () => (await import("./FirstVisit")).FirstVisit);

interface Props {
  site: string;
  /** Whether there is something to set up and to define; whoever only looks sees numbers alone. */
  canManage?: boolean;
}

/** The numbers of a site. */
export function SiteView({ site, canManage = false }: Props) {
  const { t } = useWords();
  const [view, change] = useView();
  const [details, showDetails] = useDetails();
  const [dialog, setDialog] = useState<"filter" | "shortcuts" | null>(null);
  const summary = useSummary(site, view);
  const zone = summary.value?.timezone ?? "UTC";
  const never = useNeverVisited(site, canManage ? summary.value : undefined);
  useShortcuts({ view, change, zone, onFilter: () => setDialog("filter"), onHelp: () => setDialog("shortcuts") });
  // A dialog hears of its end a moment late, when a key may have opened the other one.
  const closed = (which: typeof dialog) => () => setDialog((open) => (open === which ? null : open));

  if (never)
    return (
      <main class="page site-page" id="main">
        <Title text={site} hidden />
        <FirstVisit site={site} onReceived={summary.reload} />
      </main>
    );
  return (
    <main class="page site-page" id="main">
      <Title text={site} hidden />
      <Toolbar
        site={site}
        view={view}
        change={change}
        zone={zone}
        summary={summary.value}
        onFilter={() => setDialog("filter")}
      />
      <FilterBar view={view} change={change} onAdd={() => setDialog("filter")} />
      {summary.problem && <Trouble problem={summary.problem} onRetry={summary.reload} />}
      {summary.isSlow && (
        <p class="note" role="status">
          {t("slow")}
        </p>
      )}
      <section
        class={summary.isStale && summary.value ? "card top stale" : "card top"}
        aria-label={t("top.title")}
        aria-busy={summary.isStale}
      >
        <Metrics
          summary={summary.value}
          chosen={view.metric ?? "visitors"}
          onChoose={(metric) => change({ metric }, { replace: true })}
        />
        <GraphCard site={site} view={view} change={change} />
        <Accuracy summary={summary.value} />
      </section>
      <Panels
        site={site}
        view={view}
        change={change}
        visitors={summary.value?.visitors ?? 0}
        canManage={canManage}
        onDetails={showDetails}
      />
      {summary.value && <Insights site={site} change={change} canManage={canManage} />}
      {details && (
        <Details site={site} dimension={details} view={view} change={change} onClose={() => showDetails(null)} />
      )}
      {dialog === "filter" && <FilterDialog site={site} view={view} change={change} onClose={closed("filter")} />}
      {dialog === "shortcuts" && <Shortcuts onClose={closed("shortcuts")} />}
    </main>
  );
}

/** Whether nobody has ever been on a site of which a period is empty. */
function useNeverVisited(site: string, summary: Summary | undefined): boolean {
  const api = useApi();
  const isEmpty = summary !== undefined && summary.visits === 0;
  const ever = useData(isEmpty ? `ever ${site}` : null, (signal) =>
    api.get<Summary>(statsPath(site, "summary"), { period: "all" }, signal),
  );
  return isEmpty && ever.value?.visits === 0;
}
