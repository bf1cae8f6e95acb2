import { useId, useState } from "preact/hooks";
import type { BotOverrideKind, BotReport } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { valueLabel } from "../site/dimensions";
import { EmptyState } from "../ui/EmptyState";
import { FormError } from "../ui/forms/Form";
import { Tabs } from "../ui/Tabs";
import type { BotVisitFilter } from "./BotVisitsDialog";
import type { BotOverridesState } from "./useBotOverrides";

interface Props {
  report: BotReport;
  overrides: BotOverridesState;
  isStale: boolean;
  onShowVisits: (filter: BotVisitFilter) => void;
}

interface FilteredRow {
  /** Null: no override can match this. */
  overrideKind: BotOverrideKind | null;
  value: string;
  name: string;
  detail: string;
  visits: number;
  share: number;
  counted_as_human: number;
  last_seen: string;
}

const TABS = ["rules", "names", "user_agents", "networks"] as const;
type Tab = (typeof TABS)[number];

/** The filtered visits by rule, bot, user agent or network, each with a button to override it. */
export function FilteredVisits({ report, overrides, isStale, onShowVisits }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const [open, setOpen] = useState<Tab>("rules");
  const id = useId();
  const rows = rowsOf(report, open, i18n);
  const maxVisits = Math.max(1, ...rows.map(({ visits }) => visits));
  return (
    <section class="card filtered" aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{t("bots.why")}</h2>
        <Tabs
          id={id}
          label={t("bots.why")}
          tabs={TABS.map((tab) => ({ id: tab, label: t(`bots.tab.${tab}`) }))}
          selected={open}
          onSelect={(tab) => setOpen(tab as Tab)}
        />
      </header>
      <FormError submission={overrides.form} />
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${open}`}
        class={isStale ? "scroll-x stale" : "scroll-x"}
        tabIndex={0}
      >
        {rows.length === 0 ? (
          <EmptyState>{t("panel.empty")}</EmptyState>
        ) : (
          <table class="table">
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
                  <span class="visually-hidden">{t("actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.value}>
                  <th scope="row" class="subject">
                    {row.overrideKind ? (
                      <button
                        type="button"
                        class="link-button break-anywhere"
                        onClick={() => onShowVisits({ title: row.name, [row.overrideKind!]: row.value })}
                      >
                        {row.name}
                      </button>
                    ) : (
                      <span class="break-anywhere">{row.name}</span>
                    )}
                    {row.detail && <span class="hint">{row.detail}</span>}
                    <span class="meter" aria-hidden="true">
                      <span style={{ width: `${(row.visits / maxVisits) * 100}%` }} />
                    </span>
                  </th>
                  <td class="num">
                    {i18n.number(row.visits)}
                    {row.counted_as_human > 0 && (
                      <div class="small good">{t("bots.allowed", { n: i18n.number(row.counted_as_human) })}</div>
                    )}
                  </td>
                  <td class="muted wide-only">{i18n.relativeTime(row.last_seen, Date.now())}</td>
                  <td class="end">
                    <OverrideButton row={row} overrides={overrides} />
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

function OverrideButton({ row, overrides }: { row: FilteredRow; overrides: BotOverridesState }) {
  const { t } = useI18n();
  const { overrideKind, value, name } = row;
  if (!overrideKind || value === "manual") return null;
  const override = overrides.find(overrideKind, value);
  const isBusy = overrides.form.isBusy;
  if (override)
    return (
      <button
        type="button"
        class="button compact"
        disabled={isBusy}
        aria-label={`${t("override.undo")}: ${name}`}
        onClick={() => void overrides.remove(override)}
      >
        {t("override.undo")}
      </button>
    );
  const action = row.counted_as_human === row.visits ? "block" : "allow";
  return (
    <button
      type="button"
      class="button compact"
      disabled={isBusy}
      aria-label={`${t(`override.${action}`)}: ${name}`}
      onClick={() => void overrides.add(overrideKind, value, action)}
    >
      {t(`override.${action}`)}
    </button>
  );
}

function rowsOf(report: BotReport, tab: Tab, i18n: ReturnType<typeof useI18n>): FilteredRow[] {
  const totalVisits = Math.max(1, report.bots.visits + report.allowed.visits);
  const share = (visits: number) => (visits / totalVisits) * 100;
  const rule = (id: string, otherwise = id) => i18n.lookup(`rule.${id}`, otherwise);
  switch (tab) {
    case "rules":
      return report.rules.map((each) => ({
        ...each,
        overrideKind: "rule",
        value: each.rule,
        name: rule(each.rule, each.description),
        detail: each.rule,
      }));
    case "names":
      return report.names.map((each) => ({
        ...each,
        overrideKind: null,
        value: each.name,
        name: each.name || i18n.t("none"),
        detail: "",
        share: share(each.visits),
      }));
    case "user_agents":
      return report.user_agents.map((each) => ({
        ...each,
        overrideKind: "user_agent",
        value: each.user_agent,
        name: each.user_agent || i18n.t("bots.no-agent"),
        detail: rule(each.rule),
        share: share(each.visits),
      }));
    case "networks":
      return report.networks.map((each) => ({
        ...each,
        overrideKind: "network",
        value: each.network,
        name: each.network || i18n.t("none"),
        detail: valueLabel("country", each.country, i18n),
        share: share(each.visits),
      }));
  }
}
