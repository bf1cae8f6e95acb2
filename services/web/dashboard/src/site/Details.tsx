import { useEffect, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import type { Breakdown, MetricName } from "../api/types";
import { useWords } from "../i18n/words";
import { isChosen, toggled } from "../lib/filters";
import { change as changeOf } from "../lib/format";
import type { View } from "../lib/view";
import { useApi } from "../session/context";
import { Bones, Empty, Trouble } from "../ui/bits";
import { Change } from "../ui/Change";
import { Dialog } from "../ui/Dialog";
import { explain } from "../ui/explain";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/Menu";
import { useToast } from "../ui/toasts";
import { exportRows } from "./exportRows";
import { nameOfDimension } from "./FilterBar";
import { columnsOf, LOWER_IS_BETTER, show } from "./metrics";
import { saveFile } from "./saveFile";
import { breakdownParams, breakdownPath, useBreakdown } from "./stats";
import type { ChangeView } from "./useView";
import { nameOfValue } from "./values";

interface Props {
  site: string;
  dimension: string;
  view: View;
  change: ChangeView;
  onClose: () => void;
}

const LIMIT = 100;

/** All values of a dimension with all that is known of them. */
export function Details({ site, dimension, view, change, onClose }: Props) {
  const words = useWords();
  const { t } = words;
  const columns = columnsOf(dimension);
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const [sort, setSort] = useState<string>(`-${columns[0]}`);
  const [page, setPage] = useState(1);
  const found = useBreakdown(site, dimension, view, { limit: LIMIT, page, sort, search, compared: true });
  const rows = found.value?.rows;
  const pages = Math.max(1, Math.ceil((found.value?.total ?? 0) / LIMIT));

  useEffect(() => {
    const timer = setTimeout(() => {
      setSearch(typed.trim());
      setPage(1);
    }, 250);
    return () => clearTimeout(timer);
  }, [typed]);

  const sortBy = (column: string) => {
    setSort(sort === `-${column}` ? column : `-${column}`);
    setPage(1);
  };
  const choose = (value: string) => {
    onClose();
    change({ filters: toggled(view.filters, dimension, value) });
  };

  return (
    <Dialog wide title={nameOfDimension(dimension, words)} onClose={onClose}>
      <div class="details">
        <div class="row apart">
          <input
            class="input search"
            type="search"
            autofocus
            aria-label={t("search")}
            placeholder={t("search")}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <Export site={site} dimension={dimension} view={view} sort={sort} search={search} />
        </div>
        {found.problem && !rows && <Trouble problem={found.problem} onRetry={found.reload} />}
        {!rows && !found.problem && <Bones lines={12} />}
        {rows && rows.length === 0 && <Empty icon="search">{t(search ? "details.none-found" : "panel.empty")}</Empty>}
        {rows && rows.length > 0 && (
          <div
            class={found.isStale ? "scroll-x stale" : "scroll-x"}
            tabIndex={0}
            role="region"
            aria-label={nameOfDimension(dimension, words)}
          >
            <table class="list">
              <thead>
                <tr>
                  <Head column="value" label={nameOfDimension(dimension, words)} sort={sort} onSort={sortBy} />
                  {columns.map((column) => (
                    <Head
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
                        class="linklike breakable"
                        aria-pressed={isChosen(view.filters, dimension, row.value)}
                        onClick={() => choose(row.value)}
                      >
                        {nameOfValue(dimension, row.value, words)}
                      </button>
                    </th>
                    {columns.map((column) => (
                      <td key={column} class="num">
                        {show(column, row[column], words, true)}
                        <Compared column={column} row={row} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <footer class="row apart">
          <span class="muted small">{found.value && words.n("details.values", found.value.total ?? 0)}</span>
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
              <span class="num small">{t("page.of", { page: words.exact(page), pages: words.exact(pages) })}</span>
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

function Compared({ column, row }: { column: MetricName; row: Breakdown["rows"][number] }) {
  const [now, then] = [row[column], row.comparison?.[column]];
  if (now === null || now === undefined || then === null || then === undefined) return null;
  return (
    <div>
      <Change percent={changeOf(now, then)} lowerIsBetter={LOWER_IS_BETTER.has(column)} />
    </div>
  );
}

interface HeadProps {
  column: string;
  label: string;
  sort: string;
  numeric?: boolean;
  onSort: (column: string) => void;
}

function Head({ column, label, sort, numeric, onSort }: HeadProps) {
  const direction = sort === column ? "ascending" : sort === `-${column}` ? "descending" : undefined;
  return (
    <th scope="col" class={numeric ? "num" : ""} aria-sort={direction ?? "none"}>
      <button type="button" class="sorter" onClick={() => onSort(column)}>
        {label}
        <span aria-hidden="true">{direction === "ascending" ? " ↑" : direction ? " ↓" : ""}</span>
      </button>
    </th>
  );
}

function Export({
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
  const words = useWords();
  const api = useApi();
  const toast = useToast();
  const [progress, setProgress] = useState("");
  const save = async (format: "csv" | "json") => {
    const params = breakdownParams(view, { limit: LIMIT, sort, search });
    const path = breakdownPath(site, dimension, params);
    const tell = (rows: number, all: number) =>
      setProgress(rows < all ? `${words.exact(rows)} / ${words.exact(all)}` : "");
    try {
      saveFile(await exportRows(api, path, params, format, tell), `${site}-${dimension}.${format}`);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProgress("");
      toast(explain(error, words));
    }
  };
  return (
    <Menu
      end
      label={
        <>
          <Icon name="download" />
          {progress ? <span class="num">{progress}</span> : words.t("export")}
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
