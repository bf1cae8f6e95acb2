import { useState } from "preact/hooks";
import type { PathReport } from "../../api/types";
import { useI18n } from "../../i18n/i18n";
import { reportParams, type View } from "../../lib/view";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { Icon } from "../../ui/Icon";
import { SkeletonLines } from "../../ui/Skeleton";
import { valueLabel } from "../dimensions";
import { reportPath, useReport } from "../reports";

const [STEPS, SHOWN, MAX_ADJACENT] = [4, 6, 5];

/** The most common paths of visits, and the pages before and after one page. */
export function Paths({ site, view }: { site: string; view: View }) {
  const i18n = useI18n();
  const { t } = i18n;
  const [page, setPage] = useState("");
  const params = reportParams(view);
  params.set("steps", String(STEPS));
  params.set("limit", String(SHOWN));
  if (page) params.set("page", page);
  const data = useReport<PathReport>(reportPath(site, "paths"), params, view);
  const report = data.value;
  if (data.problem && !report) return <ErrorAlert problem={data.problem} onRetry={data.reload} />;
  if (!report) return <SkeletonLines lines={5} />;
  if (!report.visits) return <EmptyState>{t("panel.empty")}</EmptyState>;
  const pageName = (path: string) => valueLabel("page", path, i18n);
  if (page)
    return (
      <div class={data.isStale ? "panel-body stale" : "panel-body"}>
        <p class="row nowrap">
          <button
            type="button"
            class="button icon ghost compact"
            aria-label={t("paths.back")}
            onClick={() => setPage("")}
          >
            <Icon name="left" />
          </button>
          <strong class="truncate">{pageName(page)}</strong>
        </p>
        <div class="two-columns adjacent-pages">
          <AdjacentPages
            title={t("paths.before")}
            edgeLabel={t("paths.begin")}
            pages={report.page === page ? report.previous : []}
            onChoose={setPage}
          />
          <AdjacentPages
            title={t("paths.after")}
            edgeLabel={t("paths.end")}
            pages={report.page === page ? report.next : []}
            onChoose={setPage}
          />
        </div>
      </div>
    );
  return (
    <>
      <p class="column-heads" aria-hidden="true">
        <span>{t("tab.paths")}</span>
        <span>{t("metric.visits")}</span>
      </p>
      <ol class={data.isStale ? "paths stale" : "paths"}>
        {report.paths.map((path) => (
          <li key={path.pages.join("\n")}>
            <p>
              {path.pages.map((path, index) => (
                <span key={index}>
                  {index > 0 && (
                    <span class="muted" aria-hidden="true">
                      {" → "}
                    </span>
                  )}
                  <button
                    type="button"
                    class="link-button break-anywhere"
                    title={t("paths.around", { page: pageName(path) })}
                    onClick={() => setPage(path)}
                  >
                    {pageName(path)}
                  </button>
                </span>
              ))}
            </p>
            <p class="num amount">
              <strong>{i18n.compact(path.visits)}</strong>{" "}
              <span class="muted small">
                {i18n.percent((path.visits / report.visits) * 100, path.visits / report.visits < 0.1 ? 1 : 0)}
              </span>
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

interface AdjacentPagesProps {
  title: string;
  edgeLabel: string;
  pages: PathReport["next"];
  onChoose: (page: string) => void;
}

function AdjacentPages({ title, edgeLabel, pages, onChoose }: AdjacentPagesProps) {
  const i18n = useI18n();
  const totalViews = pages.reduce((sum, { views }) => sum + views, 0);
  return (
    <section>
      <header class="row between muted small">
        <h3>{title}</h3>
        <span>{i18n.t("metric.pageviews")}</span>
      </header>
      <ol class="rows">
        {pages.slice(0, MAX_ADJACENT).map(({ page, views }) => (
          <li key={page ?? ""}>
            <button type="button" disabled={page === null} onClick={() => page !== null && onChoose(page)}>
              <span class="bar" style={{ width: `${(views / Math.max(1, totalViews)) * 100}%` }} aria-hidden="true" />
              <span class="label truncate">
                {page === null ? <span class="muted">{edgeLabel}</span> : valueLabel("page", page, i18n)}
              </span>
              <span class="amount num">{i18n.compact(views)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
