import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import type { Row } from "../api/types";
import { useWords } from "../i18n/words";
import { isChosen, toggled } from "../lib/filters";
import type { View } from "../lib/view";
import { Bone, Empty, Trouble } from "../ui/bits";
import { Strip } from "../ui/forms";
import { Icon } from "../ui/icons";
import { Tabs } from "../ui/Tabs";
import { columnsOf } from "./metrics";
import { Rows } from "./Rows";
import { useBreakdown } from "./stats";
import type { ChangeView } from "./useView";

export interface PanelTab {
  id: string;
  label: string;
  /** The first is shown; the others can be chosen. None: the tab shows something of its own. */
  dimensions: readonly string[];
  show?: (rows: Row[]) => ComponentChildren;
  own?: () => ComponentChildren;
}

interface Props {
  title: string;
  tabs: readonly PanelTab[];
  site: string;
  view: View;
  change: ChangeView;
  visitors: number;
  onDetails: (dimension: string) => void;
}

const ROWS = 9;
const COUNTRIES = 300;

/** A card with several breakdowns of which one is shown. */
export function Panel({ title, tabs, ...rest }: Props) {
  const [open, setOpen] = useState(tabs[0]!.id);
  const id = useId();
  const tab = tabs.find((each) => each.id === open)!;
  return (
    <section class="card panel" aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        <Tabs id={id} label={title} tabs={tabs} open={open} onOpen={setOpen} />
      </header>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${open}`} class="content">
        {tab.own ? tab.own() : <Values key={tab.id} tab={tab} {...rest} />}
      </div>
    </section>
  );
}

/** Of which the country database that comes along knows nothing. */
const PLACES: readonly string[] = ["region", "city"];

function Values({ tab, site, view, change, visitors, onDetails }: Omit<Props, "title" | "tabs"> & { tab: PanelTab }) {
  const { t } = useWords();
  const [chosen, setChosen] = useState(tab.dimensions[0]!);
  const found = useBreakdown(site, chosen, view, { limit: tab.show ? COUNTRIES : ROWS + 1, total: false });
  // Most visits belong to no campaign, which says nothing about campaigns.
  const rows = found.value?.rows
    .filter(({ value }) => value || !chosen.startsWith("utm_"))
    .slice(0, tab.show ? COUNTRIES : ROWS);
  return (
    <>
      <Finer dimensions={tab.dimensions} chosen={chosen} onChoose={setChosen} />
      {found.problem && !rows && <Trouble problem={found.problem} onRetry={found.reload} />}
      {!rows && !found.problem && <Skeleton />}
      {rows && (
        <div class={found.isStale ? "shown stale" : "shown"}>
          {rows.length === 0 && !tab.show ? (
            <Empty>{t("panel.empty")}</Empty>
          ) : tab.show ? (
            tab.show(rows)
          ) : PLACES.includes(chosen) && rows.every(({ value }) => !value) ? (
            <Empty>{t("locations.unknown")}</Empty>
          ) : (
            <Rows
              dimension={chosen}
              rows={rows}
              metric={columnsOf(chosen)[0]!}
              all={visitors}
              isChosen={(value) => isChosen(view.filters, chosen, value)}
              onChoose={(value) => change({ filters: toggled(view.filters, chosen, value) })}
            />
          )}
        </div>
      )}
      <footer>
        {found.value && rows && rows.length > 0 && (
          <button type="button" class="button bare tight" onClick={() => onDetails(chosen)}>
            <Icon name="expand" />
            {found.value.rows.length > ROWS ? t("panel.details") : t("details")}
          </button>
        )}
      </footer>
    </>
  );
}

interface FinerProps {
  dimensions: readonly string[];
  chosen: string;
  onChoose: (dimension: string) => void;
}

/** Which of the dimensions of a tab: two are all in sight, more are a list. */
function Finer({ dimensions, chosen, onChoose }: FinerProps) {
  const words = useWords();
  const options = dimensions.map((value) => ({ value, label: words.maybe(`dimension.${value}`, value) }));
  if (options.length < 2) return null;
  return (
    <div class="finer">
      {options.length === 2 ? (
        <Strip name={words.t("panel.by")} value={chosen} options={options} onChoose={onChoose} />
      ) : (
        <select
          class="input"
          aria-label={words.t("panel.by")}
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

function Skeleton() {
  return (
    <div class="rows bones" aria-busy="true">
      {Array.from({ length: ROWS }, (_, index) => (
        <Bone key={index} width={`${95 - index * 9}%`} height="1.75rem" />
      ))}
    </div>
  );
}
