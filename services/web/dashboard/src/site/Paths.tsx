import { useState } from "preact/hooks";
import type { PathReport } from "../api/types";
import { useWords } from "../i18n/words";
import { apiParams, type View } from "../lib/view";
import { Bones, Empty, Trouble } from "../ui/bits";
import { Icon } from "../ui/icons";
import { statsPath, useReport } from "./stats";
import { nameOfValue } from "./values";

const [STEPS, SHOWN, NEIGHBOURS] = [4, 6, 5];

/** The ways that visits take; and, of one page, where people came from and went to. */
export function Paths({ site, view }: { site: string; view: View }) {
  const words = useWords();
  const { t } = words;
  const [page, setPage] = useState("");
  const params = apiParams(view);
  params.set("steps", String(STEPS));
  params.set("limit", String(SHOWN));
  if (page) params.set("page", page);
  const found = useReport<PathReport>(statsPath(site, "paths"), params, view);
  const report = found.value;
  if (found.problem && !report) return <Trouble problem={found.problem} onRetry={found.reload} />;
  if (!report) return <Bones lines={5} />;
  if (!report.visits) return <Empty>{t("panel.empty")}</Empty>;
  const pageName = (path: string) => nameOfValue("page", path, words);
  if (page)
    return (
      <div class={found.isStale ? "shown stale" : "shown"}>
        <p class="row nowrap around">
          <button type="button" class="button icon bare tight" aria-label={t("paths.back")} onClick={() => setPage("")}>
            <Icon name="left" />
          </button>
          <strong class="cut">{pageName(page)}</strong>
        </p>
        <div class="two neighbours">
          <Neighbours
            title={t("paths.before")}
            none={t("paths.begin")}
            of={report.page === page ? report.previous : []}
            onChoose={setPage}
          />
          <Neighbours
            title={t("paths.after")}
            none={t("paths.end")}
            of={report.page === page ? report.next : []}
            onChoose={setPage}
          />
        </div>
      </div>
    );
  return (
    <>
      <p class="heads" aria-hidden="true">
        <span>{t("tab.paths")}</span>
        <span>{t("metric.visits")}</span>
      </p>
      <ol class={found.isStale ? "ways stale" : "ways"}>
        {report.paths.map((way) => (
          <li key={way.pages.join("\n")}>
            <p class="steps-taken">
              {way.pages.map((path, index) => (
                <span key={index}>
                  {index > 0 && (
                    <span class="muted" aria-hidden="true">
                      {" → "}
                    </span>
                  )}
                  <button
                    type="button"
                    class="linklike breakable"
                    title={t("paths.around", { page: pageName(path) })}
                    onClick={() => setPage(path)}
                  >
                    {pageName(path)}
                  </button>
                </span>
              ))}
            </p>
            <p class="num amount">
              <strong>{words.count(way.visits)}</strong>{" "}
              <span class="muted small">
                {words.percent((way.visits / report.visits) * 100, way.visits / report.visits < 0.1 ? 1 : 0)}
              </span>
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

interface NeighboursProps {
  title: string;
  none: string;
  of: PathReport["next"];
  onChoose: (page: string) => void;
}

function Neighbours({ title, none, of, onChoose }: NeighboursProps) {
  const words = useWords();
  const all = of.reduce((sum, { views }) => sum + views, 0);
  return (
    <section>
      <header class="row apart muted small">
        <h3>{title}</h3>
        <span>{words.t("metric.pageviews")}</span>
      </header>
      <ol class="rows">
        {of.slice(0, NEIGHBOURS).map(({ page, views }) => (
          <li key={page ?? ""}>
            <button type="button" disabled={page === null} onClick={() => page !== null && onChoose(page)}>
              <span class="bar" style={{ width: `${(views / Math.max(1, all)) * 100}%` }} aria-hidden="true" />
              <span class="label cut">
                {page === null ? <span class="muted">{none}</span> : nameOfValue("page", page, words)}
              </span>
              <span class="amount num">{words.count(views)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
