import { useState } from "preact/hooks";
import { useWords } from "../i18n/words";
import { isChosen, toggled } from "../lib/filters";
import type { View } from "../lib/view";
import { Bones, Empty, Trouble } from "../ui/bits";
import { Icon } from "../ui/icons";
import { Rows } from "./Rows";
import { propertyOf, useBreakdown } from "./stats";
import type { ChangeView } from "./useView";

interface Props {
  site: string;
  view: View;
  change: ChangeView;
  visitors: number;
  onDetails: (dimension: string) => void;
}

const [KEYS, VALUES] = [100, 9];

/** What pages and events say of themselves: the values of one property. */
export function Properties({ site, view, change, visitors, onDetails }: Props) {
  const { t } = useWords();
  const keys = useBreakdown(site, "property", view, { limit: KEYS, total: false });
  const [chosen, setChosen] = useState("");
  const known = keys.value?.dimension === "property" ? keys.value.rows.map(({ value }) => value) : undefined;
  const key = known?.includes(chosen) ? chosen : known?.[0];
  const dimension = key === undefined ? "property" : propertyOf(key);
  const values = useBreakdown(site, dimension, view, { limit: VALUES, total: false });
  const rows =
    key !== undefined && values.value && values.value.dimension !== "property" ? values.value.rows : undefined;
  if (keys.problem && !known) return <Trouble problem={keys.problem} onRetry={keys.reload} />;
  if (!known) return <Bones lines={5} />;
  if (key === undefined) return <Empty>{t("properties.none")}</Empty>;
  return (
    <>
      <div class="finer">
        <select
          class="input"
          aria-label={t("dimension.property")}
          value={key}
          onChange={(event) => setChosen(event.currentTarget.value)}
        >
          {known.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </div>
      {values.problem && !rows && <Trouble problem={values.problem} onRetry={values.reload} />}
      {!rows && !values.problem && <Bones lines={5} />}
      {rows && (
        <div class={values.isStale ? "shown stale" : "shown"}>
          <Rows
            dimension={dimension}
            rows={rows}
            metric="visitors"
            all={visitors}
            isChosen={(value) => isChosen(view.filters, dimension, value)}
            onChoose={(value) => change({ filters: toggled(view.filters, dimension, value) })}
          />
        </div>
      )}
      <footer>
        <button type="button" class="button bare tight" onClick={() => onDetails(dimension)}>
          <Icon name="expand" />
          {t("details")}
        </button>
      </footer>
    </>
  );
}
