import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import type { Row } from "../../api/types";
import { useI18n } from "../../i18n/i18n";
import { isFiltered, toggleFilter } from "../../lib/filters";
import type { View } from "../../lib/view";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { SegmentedControl } from "../../ui/forms/SegmentedControl";
import { Icon } from "../../ui/Icon";
import { Skeleton } from "../../ui/Skeleton";
import { Tabs } from "../../ui/Tabs";
import { metricsOf } from "../metrics";
import { useBreakdown } from "../reports";
import type { ChangeView } from "../useView";
import { BreakdownRows } from "./BreakdownRows";

export interface PanelTab {
  id: string;
  label: string;
  /** The dimensions to choose from, the first of which is shown. Empty for a tab with `renderOwn`. */
  dimensions: readonly string[];
  render?: (rows: Row[]) => ComponentChildren;
  renderOwn?: () => ComponentChildren;
}

interface Props {
  title: string;
  tabs: readonly PanelTab[];
  site: string;
  view: View;
  changeView: ChangeView;
  visitors: number;
  onDetails: (dimension: string) => void;
}

const ROWS = 9;
const COUNTRIES = 300;

/** A card with tabs for several breakdowns. */
export function Panel({ title, tabs, ...rest }: Props) {
  const [selected, setSelected] = useState(tabs[0]!.id);
  const id = useId();
  const tab = tabs.find((each) => each.id === selected)!;
  return (
    <section class="card panel" aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        <Tabs id={id} label={title} tabs={tabs} selected={selected} onSelect={setSelected} />
      </header>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${selected}`} class="content">
        {tab.renderOwn ? tab.renderOwn() : <PanelBreakdown key={tab.id} tab={tab} {...rest} />}
      </div>
    </section>
  );
}

/** Dimensions that are empty without a city database. */
const NEEDS_CITY_DATABASE: readonly string[] = ["region", "city"];

function PanelBreakdown({
  tab,
  site,
  view,
  changeView,
  visitors,
  onDetails,
}: Omit<Props, "title" | "tabs"> & { tab: PanelTab }) {
  const { t } = useI18n();
  const [chosen, setChosen] = useState(tab.dimensions[0]!);
  const data = useBreakdown(site, chosen, view, { limit: tab.render ? COUNTRIES : ROWS + 1, total: false });
  // Visits without a campaign would fill the list and hide the campaigns.
  const rows = data.value?.rows
    .filter(({ value }) => value || !chosen.startsWith("utm_"))
    .slice(0, tab.render ? COUNTRIES : ROWS);
  return (
    <>
      <DimensionPicker dimensions={tab.dimensions} chosen={chosen} onChoose={setChosen} />
      {data.problem && !rows && <ErrorAlert problem={data.problem} onRetry={data.reload} />}
      {!rows && !data.problem && <PanelSkeleton />}
      {rows && (
        <div class={data.isStale ? "panel-body stale" : "panel-body"}>
          {rows.length === 0 && !tab.render ? (
            <EmptyState>{t("panel.empty")}</EmptyState>
          ) : tab.render ? (
            tab.render(rows)
          ) : NEEDS_CITY_DATABASE.includes(chosen) && rows.every(({ value }) => !value) ? (
            <EmptyState>{t("locations.unknown")}</EmptyState>
          ) : (
            <BreakdownRows
              dimension={chosen}
              rows={rows}
              metric={metricsOf(chosen)[0]!}
              total={visitors}
              isSelected={(value) => isFiltered(view.filters, chosen, value)}
              onChoose={(value) => changeView({ filters: toggleFilter(view.filters, chosen, value) })}
            />
          )}
        </div>
      )}
      <footer>
        {data.value && rows && rows.length > 0 && (
          <button type="button" class="button ghost compact" onClick={() => onDetails(chosen)}>
            <Icon name="expand" />
            {data.value.rows.length > ROWS ? t("panel.details") : t("details")}
          </button>
        )}
      </footer>
    </>
  );
}

interface DimensionPickerProps {
  dimensions: readonly string[];
  chosen: string;
  onChoose: (dimension: string) => void;
}

/** Chooses the dimension of a tab: two as buttons, more as a list. */
function DimensionPicker({ dimensions, chosen, onChoose }: DimensionPickerProps) {
  const i18n = useI18n();
  const options = dimensions.map((value) => ({ value, label: i18n.lookup(`dimension.${value}`, value) }));
  if (options.length < 2) return null;
  return (
    <div class="dimension-picker">
      {options.length === 2 ? (
        <SegmentedControl label={i18n.t("panel.by")} value={chosen} options={options} onChoose={onChoose} />
      ) : (
        <select
          class="input"
          aria-label={i18n.t("panel.by")}
          value={chosen}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

function PanelSkeleton() {
  return (
    <div class="rows skeletons" aria-busy="true">
      {Array.from({ length: ROWS }, (_, index) => (
        <Skeleton key={index} width={`${95 - index * 9}%`} height="1.75rem" />
      ))}
    </div>
  );
}
