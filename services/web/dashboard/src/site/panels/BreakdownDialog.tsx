import { useEffect, useState } from "preact/hooks";
import { Problem } from "../../api/problem";
import { problemMessage } from "../../api/problemMessage";
import type { Breakdown, MetricName } from "../../api/types";
import { useI18n } from "../../i18n/i18n";
import { downloadFile } from "../../lib/downloadFile";
import { isFiltered, toggleFilter } from "../../lib/filters";
import { percentChange as changeOf } from "../../lib/format";
import type { View } from "../../lib/view";
import { useApi } from "../../session/SessionContext";
import { Dialog } from "../../ui/Dialog";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { Icon } from "../../ui/Icon";
import { Menu } from "../../ui/Menu";
import { PercentChange } from "../../ui/PercentChange";
import { SkeletonLines } from "../../ui/Skeleton";
import { useToast } from "../../ui/Toasts";
import { dimensionLabel, valueLabel } from "../dimensions";
import { formatMetric, LOWER_IS_BETTER, metricsOf } from "../metrics";
import { breakdownParams, breakdownPath, useBreakdown } from "../reports";
import type { ChangeView } from "../useView";
import { exportBreakdown } from "./exportBreakdown";

interface Props {
  site: string;
  dimension: string;
  view: View;
  changeView: ChangeView;
  onClose: () => void;
}

const PAGE_SIZE = 100;

/** All values of a dimension with all of their metrics. */
export function BreakdownDialog({ site, dimension, view, changeView, onClose }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const columns = metricsOf(dimension);
  const [query, setQuery] = useState("");
  const [search, setSearch] = useState("");
  const [sort, setSort] = useState<string>(`-${columns[0]}`);
  const [page, setPage] = useState(1);
  const data = useBreakdown(site, dimension, view, { limit: PAGE_SIZE, page, sort, search, compared: true });
  const rows = data.value?.rows;
  const pages = Math.max(1, Math.ceil((data.value?.total ?? 0) / PAGE_SIZE));

  useEffect(() => {
    const timer = setTimeout(() => {
      setSearch(query.trim());
      setPage(1);
    }, 250);
    return () => clearTimeout(timer);
  }, [query]);

  const sortBy = (column: string) => {
    setSort(sort === `-${column}` ? column : `-${column}`);
    setPage(1);
  };
  const select = (value: string) => {
    onClose();
    changeView({ filters: toggleFilter(view.filters, dimension, value) });
  };

  return (
    <Dialog wide title={dimensionLabel(dimension, i18n)} onClose={onClose}>
      <div class="breakdown">
        <div class="row between">
          <input
            class="input search"
            type="search"
            autofocus
            aria-label={t("search")}
            placeholder={t("search")}
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
          <ExportMenu site={site} dimension={dimension} view={view} sort={sort} search={search} />
        </div>
        {data.problem && !rows && <ErrorAlert problem={data.problem} onRetry={data.reload} />}
        {!rows && !data.problem && <SkeletonLines lines={12} />}
        {rows && rows.length === 0 && (
          <EmptyState icon="search">{t(search ? "details.none-found" : "panel.empty")}</EmptyState>
        )}
        {rows && rows.length > 0 && (
          <div
            class={data.isStale ? "scroll-x stale" : "scroll-x"}
            tabIndex={0}
            role="region"
            aria-label={dimensionLabel(dimension, i18n)}
          >
            <table class="table">
              <thead>
                <tr>
                  <SortableHeader column="value" label={dimensionLabel(dimension, i18n)} sort={sort} onSort={sortBy} />
                  {columns.map((column) => (
                    <SortableHeader
                      key={column}
                      column={column}
                      label={t(`metric.${column}`)}
                      sort={sort}
                      onSort={sortBy}
                      numeric
                    />
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.value}>
                    <th scope="row">
                      <button
                        type="button"
                        class="link-button break-anywhere"
                        aria-pressed={isFiltered(view.filters, dimension, row.value)}
                        onClick={() => select(row.value)}
                      >
                        {valueLabel(dimension, row.value, i18n)}
                      </button>
                    </th>
                    {columns.map((column) => (
                      <td key={column} class="num">
                        {formatMetric(column, row[column], i18n, true)}
                        <CellChange column={column} row={row} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <footer class="row between">
          <span class="muted small">{data.value && i18n.plural("details.values", data.value.total ?? 0)}</span>
          {pages > 1 && (
            <div class="row">
              <button
                type="button"
                class="button icon"
                aria-label={t("page.before")}
                disabled={page === 1}
                onClick={() => setPage(page - 1)}
              >
                <Icon name="left" />
              </button>
              <span class="num small">{t("page.of", { page: i18n.number(page), pages: i18n.number(pages) })}</span>
              <button
                type="button"
                class="button icon"
                aria-label={t("page.after")}
                disabled={page === pages}
                onClick={() => setPage(page + 1)}
              >
                <Icon name="right" />
              </button>
            </div>
          )}
        </footer>
      </div>
    </Dialog>
  );
}

function CellChange({ column, row }: { column: MetricName; row: Breakdown["rows"][number] }) {
  const [current, compared] = [row[column], row.comparison?.[column]];
  if (current === null || current === undefined || compared === null || compared === undefined) return null;
  return (
    <div>
      <PercentChange percent={changeOf(current, compared)} lowerIsBetter={LOWER_IS_BETTER.has(column)} />
    </div>
  );
}

interface SortableHeaderProps {
  column: string;
  label: string;
  sort: string;
  numeric?: boolean;
  onSort: (column: string) => void;
}

function SortableHeader({ column, label, sort, numeric, onSort }: SortableHeaderProps) {
  const direction = sort === column ? "ascending" : sort === `-${column}` ? "descending" : undefined;
  return (
    <th scope="col" class={numeric ? "num" : ""} aria-sort={direction ?? "none"}>
      <button type="button" class="sort-button" onClick={() => onSort(column)}>
        {label}
        <span aria-hidden="true">{direction === "ascending" ? " ↑" : direction ? " ↓" : ""}</span>
      </button>
    </th>
  );
}

function ExportMenu({
  site,
  dimension,
  view,
  sort,
  search,
}: {
  site: string;
  dimension: string;
  view: View;
  sort: string;
  search: string;
}) {
  const i18n = useI18n();
  const api = useApi();
  const toast = useToast();
  const [progress, setProgress] = useState("");
  const save = async (format: "csv" | "json") => {
    const params = breakdownParams(view, { limit: PAGE_SIZE, sort, search });
    const path = breakdownPath(site, dimension, params);
    const onPage = (rows: number, total: number) =>
      setProgress(rows < total ? `${i18n.number(rows)} / ${i18n.number(total)}` : "");
    try {
      downloadFile(await exportBreakdown(api, path, params, format, onPage), `${site}-${dimension}.${format}`);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProgress("");
      toast(problemMessage(error, i18n));
    }
  };
  return (
    <Menu
      alignEnd
      label={
        <>
          <Icon name="download" />
          {progress ? <span class="num">{progress}</span> : i18n.t("export")}
        </>
      }
    >
      {(close) =>
        (["csv", "json"] as const).map((format) => (
          <button
            key={format}
            type="button"
            class="item"
            onClick={() => {
              close();
              void save(format);
            }}
          >
            {format.toUpperCase()}
          </button>
        ))
      }
    </Menu>
  );
}
