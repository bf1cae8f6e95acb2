import { useId, useState } from "preact/hooks";
import { dimensionNameValues, operatorValues } from "../../api/schema";
import { useI18n } from "../../i18n/i18n";
import type { Operator } from "../../lib/filters";
import type { View } from "../../lib/view";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/forms/Field";
import { Form } from "../../ui/forms/Form";
import { SelectField } from "../../ui/forms/SelectField";
import { Icon } from "../../ui/Icon";
import { dimensionLabel, valueLabel } from "../dimensions";
import { formatMetric, metricsOf } from "../metrics";
import { propertyDimension, useBreakdown } from "../reports";
import type { ChangeView } from "../useView";

interface Props {
  site: string;
  view: View;
  changeView: ChangeView;
  onClose: () => void;
}

const FILTERABLE = dimensionNameValues.filter((each) => each !== "property");
const [SUGGESTIONS, KEYS] = [8, 100];

/** Adds a filter: dimension, operator and values. */
export function FilterDialog({ site, view, changeView, onClose }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const [dimension, setDimension] = useState<string>("page");
  const [operator, setOperator] = useState<Operator>("is");
  const [values, setValues] = useState<readonly string[]>([]);
  const [query, setQuery] = useState("");
  const list = useId();
  const keys = useBreakdown(site, "property", { ...view, filters: [] }, { limit: KEYS, total: false });
  // Values that are codes are all loaded and searched by name here, since the server knows only the codes.
  const isCoded = ["country", "language", "channel", "device"].includes(dimension);
  const data = useBreakdown(
    site,
    dimension,
    { ...view, filters: view.filters.filter((each) => each.dimension !== dimension) },
    isCoded ? { limit: 300, total: false } : { limit: 30, search: query.trim(), total: false },
  );
  const text = query.trim().toLowerCase();
  const suggestions = (data.value?.dimension === dimension ? data.value.rows : [])
    .filter(({ value }) => !values.includes(value) && valueLabel(dimension, value, i18n).toLowerCase().includes(text))
    .slice(0, SUGGESTIONS);
  const isText = operator !== "is" && operator !== "is_not";

  const add = (value: string) => {
    if (!values.includes(value)) setValues([...values, value]);
    setQuery("");
  };
  const apply = () => {
    const chosenValues = query.trim() && !values.includes(query.trim()) ? [...values, query.trim()] : values;
    if (!chosenValues.length) return;
    changeView({
      filters: [
        ...view.filters.filter((each) => each.dimension !== dimension || each.operator !== operator),
        { dimension, operator, values: chosenValues },
      ],
    });
    onClose();
  };

  return (
    <Dialog title={t("filter.more")} onClose={onClose}>
      <Form
        class="stack"
        submitLabel={t("apply")}
        isReady={values.length > 0 || Boolean(query.trim())}
        onCancel={onClose}
        onSubmit={apply}
      >
        <div class="two-columns">
          <SelectField
            label={t("filter.dimension")}
            value={dimension}
            options={FILTERABLE.map((value) => ({ value, label: dimensionLabel(value, i18n) }))}
            optionGroup={{
              label: t("tab.property"),
              options: (keys.value?.rows ?? []).map(({ value }) => ({ value: propertyDimension(value), label: value })),
            }}
            onChoose={(chosen) => {
              setDimension(chosen);
              setValues([]);
              setQuery("");
            }}
          />
          <SelectField
            label={t("filter.operator")}
            value={operator}
            options={operatorValues.map((value) => ({ value, label: t(`operator.${value}`) }))}
            onChoose={(chosen) => setOperator(chosen as Operator)}
          />
        </div>
        <TextField
          label={t(isText ? "filter.text" : "filter.values")}
          autocomplete="off"
          spellcheck={false}
          autofocus
          value={query}
          aria-controls={list}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        {values.length > 0 && (
          <ul class="filters" aria-label={t("filter.chosen")}>
            {values.map((value) => (
              <li key={value} class="chip">
                <span class="break-anywhere">{valueLabel(dimension, value, i18n)}</span>
                <button
                  type="button"
                  aria-label={t("filter.remove", { name: valueLabel(dimension, value, i18n) })}
                  onClick={() => setValues(values.filter((each) => each !== value))}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <ul class="suggestions" id={list} aria-label={t("filter.suggestions")}>
          {suggestions.map((row) => (
            <li key={row.value}>
              <button type="button" class="item" onClick={() => add(row.value)}>
                <span class="truncate grow">{valueLabel(dimension, row.value, i18n)}</span>
                <span class="muted num">{formatMetric(metricsOf(dimension)[0]!, row.visitors, i18n)}</span>
              </button>
            </li>
          ))}
        </ul>
      </Form>
    </Dialog>
  );
}
