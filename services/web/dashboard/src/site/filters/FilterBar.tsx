import { useI18n } from "../../i18n/i18n";
import type { Filter } from "../../lib/filters";
import type { View } from "../../lib/view";
import { Icon } from "../../ui/Icon";
import { dimensionLabel, valueLabel } from "../dimensions";
import type { ChangeView } from "../useView";

interface Props {
  view: View;
  changeView: ChangeView;
  onAdd: () => void;
}

/** The active filters. */
export function FilterBar({ view, changeView, onAdd }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  if (!view.filters.length) return null;
  const without = (filter: Filter) => changeView({ filters: view.filters.filter((each) => each !== filter) });
  return (
    <ul class="filters" aria-label={t("filter.title")}>
      {view.filters.map((filter) => (
        <li key={`${filter.dimension}${filter.operator}`} class="chip">
          <span>
            {dimensionLabel(filter.dimension, i18n)} <span class="muted">{t(`operator.${filter.operator}`)}</span>{" "}
            <strong class="break-anywhere">
              {filter.values.map((value) => valueLabel(filter.dimension, value, i18n)).join(` ${t("or")} `)}
            </strong>
          </span>
          <button
            type="button"
            aria-label={t("filter.remove", { name: dimensionLabel(filter.dimension, i18n) })}
            onClick={() => without(filter)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
      <li>
        <button type="button" class="button ghost compact" onClick={onAdd}>
          <Icon name="plus" />
          {t("filter.more")}
        </button>
      </li>
      {view.filters.length > 1 && (
        <li>
          <button type="button" class="button ghost compact" onClick={() => changeView({ filters: [] })}>
            {t("filter.clear")}
          </button>
        </li>
      )}
    </ul>
  );
}
