import { useState } from "preact/hooks";
import { useI18n } from "../../i18n/i18n";
import { isFiltered, toggleFilter } from "../../lib/filters";
import type { View } from "../../lib/view";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorAlert } from "../../ui/ErrorAlert";
import { Icon } from "../../ui/Icon";
import { SkeletonLines } from "../../ui/Skeleton";
import { propertyDimension, useBreakdown } from "../reports";
import type { ChangeView } from "../useView";
import { BreakdownRows } from "./BreakdownRows";

interface Props {
  site: string;
  view: View;
  changeView: ChangeView;
  visitors: number;
  onDetails: (dimension: string) => void;
}

const [KEYS, VALUES] = [100, 9];

/** The values of one custom property. */
export function Properties({ site, view, changeView, visitors, onDetails }: Props) {
  const { t } = useI18n();
  const keys = useBreakdown(site, "property", view, { limit: KEYS, total: false });
  const [chosen, setChosen] = useState("");
  const knownKeys = keys.value?.dimension === "property" ? keys.value.rows.map(({ value }) => value) : undefined;
  const key = knownKeys?.includes(chosen) ? chosen : knownKeys?.[0];
  const dimension = key === undefined ? "property" : propertyDimension(key);
  const values = useBreakdown(site, dimension, view, { limit: VALUES, total: false });
  const rows =
    key !== undefined && values.value && values.value.dimension !== "property" ? values.value.rows : undefined;
  if (keys.problem && !knownKeys) return <ErrorAlert problem={keys.problem} onRetry={keys.reload} />;
  if (!knownKeys) return <SkeletonLines lines={5} />;
  if (key === undefined) return <EmptyState>{t("properties.none")}</EmptyState>;
  return (
    <>
      <div class="dimension-picker">
        <select
          class="input"
          aria-label={t("dimension.property")}
          value={key}
          onChange={(event) => setChosen(event.currentTarget.value)}
        >
          {knownKeys.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </div>
      {values.problem && !rows && <ErrorAlert problem={values.problem} onRetry={values.reload} />}
      {!rows && !values.problem && <SkeletonLines lines={5} />}
      {rows && (
        <div class={values.isStale ? "panel-body stale" : "panel-body"}>
          <BreakdownRows
            dimension={dimension}
            rows={rows}
            metric="visitors"
            total={visitors}
            isSelected={(value) => isFiltered(view.filters, dimension, value)}
            onChoose={(value) => changeView({ filters: toggleFilter(view.filters, dimension, value) })}
          />
        </div>
      )}
      <footer>
        <button type="button" class="button ghost compact" onClick={() => onDetails(dimension)}>
          <Icon name="expand" />
          {t("details")}
        </button>
      </footer>
    </>
  );
}
