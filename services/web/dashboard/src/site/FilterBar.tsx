import { useWords } from "../i18n/words";
import type { Filter } from "../lib/filters";
import type { View } from "../lib/view";
import { Icon } from "../ui/icons";
import type { ChangeView } from "./useView";
import { nameOfValue } from "./values";

interface Props {
  view: View;
  change: ChangeView;
  onAdd: () => void;
}

/** What the numbers are narrowed to. */
export function FilterBar({ view, change, onAdd }: Props) {
  const words = useWords();
  const { t } = words;
  if (!view.filters.length) return null;
  const without = (filter: Filter) => change({ filters: view.filters.filter((each) => each !== filter) });
  return (
    <ul class="filters" aria-label={t("filter.title")}>
      {view.filters.map((filter) => (
        <li key={`${filter.dimension}${filter.operator}`} class="chip">
          <span>
            {nameOfDimension(filter.dimension, words)} <span class="muted">{t(`operator.${filter.operator}`)}</span>{" "}
            <strong class="breakable">
              {filter.values.map((value) => nameOfValue(filter.dimension, value, words)).join(` ${t("or")} `)}
            </strong>
          </span>
          <button
            type="button"
            aria-label={t("filter.remove", { name: nameOfDimension(filter.dimension, words) })}
            onClick={() => without(filter)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
      <li>
        <button type="button" class="button bare tight" onClick={onAdd}>
          <Icon name="plus" />
          {t("filter.more")}
        </button>
      </li>
      {view.filters.length > 1 && (
        <li>
          <button type="button" class="button bare tight" onClick={() => change({ filters: [] })}>
            {t("filter.clear")}
          </button>
        </li>
      )}
    </ul>
  );
}

export function nameOfDimension(dimension: string, words: ReturnType<typeof useWords>): string {
  const key = dimension.startsWith("property.") ? dimension.slice("property.".length) : null;
  return key ?? words.maybe(`dimension.${dimension}`, dimension);
}
