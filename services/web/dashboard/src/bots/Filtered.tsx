import { useId, useState } from "preact/hooks";
import type { BotOverrideKind, BotReport } from "../api/types";
import { useWords } from "../i18n/words";
import { nameOfValue } from "../site/values";
import { Empty } from "../ui/bits";
import { Refusal } from "../ui/forms";
import { Tabs } from "../ui/Tabs";
import type { Wanted } from "./BotVisits";
import type { Overrides } from "./useOverrides";

interface Props {
  report: BotReport;
  overrides: Overrides;
  isStale: boolean;
  onShow: (wanted: Wanted) => void;
}

interface Line {
  /** Null: nothing that could be let in as such. */
  kind: BotOverrideKind | null;
  value: string;
  name: string;
  more: string;
  visits: number;
  share: number;
  counted_as_people: number;
  last_seen: string;
}

const TABS = ["rules", "names", "user_agents", "networks"] as const;
type Tab = (typeof TABS)[number];

/** The filtered visits by what they have in common, each with a way back in. */
export function Filtered({ report, overrides, isStale, onShow }: Props) {
  const words = useWords();
  const { t } = words;
  const [open, setOpen] = useState<Tab>("rules");
  const id = useId();
  const lines = linesOf(report, open, words);
  const most = Math.max(1, ...lines.map(({ visits }) => visits));
  return (
    <section class="card filtered" aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{t("bots.why")}</h2>
        <Tabs
          id={id}
          label={t("bots.why")}
          tabs={TABS.map((tab) => ({ id: tab, label: t(`bots.tab.${tab}`) }))}
          open={open}
          onOpen={(tab) => setOpen(tab as Tab)}
        />
      </header>
      <Refusal of={overrides.form} />
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${open}`}
        class={isStale ? "scroll-x stale" : "scroll-x"}
        tabIndex={0}
      >
        {lines.length === 0 ? (
          <Empty>{t("panel.empty")}</Empty>
        ) : (
          <table class="list">
            <thead>
              <tr>
                <th scope="col">{t(`bots.column.${open}`)}</th>
                <th scope="col" class="num">
                  {t("metric.visits")}
                </th>
                <th scope="col" class="wide-only">
                  {t("bots.last")}
                </th>
                <th scope="col">
                  <span class="hidden">{t("actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.value}>
                  <th scope="row" class="what">
                    {line.kind ? (
                      <button
                        type="button"
                        class="linklike breakable"
                        onClick={() => onShow({ title: line.name, [line.kind!]: line.value })}
                      >
                        {line.name}
                      </button>
                    ) : (
                      <span class="breakable">{line.name}</span>
                    )}
                    {line.more && <span class="hint">{line.more}</span>}
                    <span class="gauge" aria-hidden="true">
                      <span style={{ width: `${(line.visits / most) * 100}%` }} />
                    </span>
                  </th>
                  <td class="num">
                    {words.exact(line.visits)}
                    {line.counted_as_people > 0 && (
                      <div class="small good">{t("bots.allowed", { n: words.exact(line.counted_as_people) })}</div>
                    )}
                  </td>
                  <td class="muted wide-only">{words.ago(line.last_seen, Date.now())}</td>
                  <td class="end">
                    <Decision line={line} overrides={overrides} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}

function Decision({ line, overrides }: { line: Line; overrides: Overrides }) {
  const { t } = useWords();
  const { kind, value, name } = line;
  if (!kind || value === "manual") return null;
  const override = overrides.of(kind, value);
  const isBusy = overrides.form.isBusy;
  if (override)
    return (
      <button
        type="button"
        class="button tight"
        disabled={isBusy}
        aria-label={`${t("override.undo")}: ${name}`}
        onClick={() => void overrides.takeBack(override)}
      >
        {t("override.undo")}
      </button>
    );
  const verdict = line.counted_as_people === line.visits ? "bot" : "human";
  return (
    <button
      type="button"
      class="button tight"
      disabled={isBusy}
      aria-label={`${t(`override.${verdict}`)}: ${name}`}
      onClick={() => void overrides.decide(kind, value, verdict)}
    >
      {t(`override.${verdict}`)}
    </button>
  );
}

function linesOf(report: BotReport, tab: Tab, words: ReturnType<typeof useWords>): Line[] {
  const all = Math.max(1, report.bots.visits + report.readmitted.visits);
  const share = (visits: number) => (visits / all) * 100;
  const rule = (id: string, otherwise = id) => words.maybe(`rule.${id}`, otherwise);
  switch (tab) {
    case "rules":
      return report.rules.map((each) => ({
        ...each,
        kind: "rule",
        value: each.rule,
        name: rule(each.rule, each.description),
        more: each.rule,
      }));
    case "names":
      return report.names.map((each) => ({
        ...each,
        kind: null,
        value: each.name,
        name: each.name || words.t("none"),
        more: "",
        share: share(each.visits),
      }));
    case "user_agents":
      return report.user_agents.map((each) => ({
        ...each,
        kind: "user_agent",
        value: each.user_agent,
        name: each.user_agent || words.t("bots.no-agent"),
        more: rule(each.rule),
        share: share(each.visits),
      }));
    case "networks":
      return report.networks.map((each) => ({
        ...each,
        kind: "network",
        value: each.network,
        name: each.network || words.t("none"),
        more: nameOfValue("country", each.country, words),
        share: share(each.visits),
      }));
  }
}
