import { useId, useState } from "preact/hooks";
import { useWords } from "../i18n/words";
import { OPERATORS, type Operator } from "../lib/filters";
import type { View } from "../lib/view";
import { Dialog } from "../ui/Dialog";
import { Form, SelectField, TextField } from "../ui/forms";
import { Icon } from "../ui/icons";
import { nameOfDimension } from "./FilterBar";
import { columnsOf, show } from "./metrics";
import { propertyOf, useBreakdown } from "./stats";
import type { ChangeView } from "./useView";
import { nameOfValue } from "./values";

interface Props {
  site: string;
  view: View;
  change: ChangeView;
  onClose: () => void;
}

const DIMENSIONS = [
  "page",
  "entry",
  "exit",
  "hostname",
  "source",
  "channel",
  "referrer",
  "utm_campaign",
  "utm_source",
  "utm_medium",
  "utm_term",
  "utm_content",
  "country",
  "region",
  "city",
  "language",
  "browser",
  "browser_version",
  "os",
  "os_version",
  "device",
  "screen",
  "event",
  "link",
] as const;

const [CHOICES, KEYS] = [8, 100];

/** One more filter: what, how, and which values. */
export function FilterDialog({ site, view, change, onClose }: Props) {
  const words = useWords();
  const { t } = words;
  const [dimension, setDimension] = useState<string>("page");
  const [operator, setOperator] = useState<Operator>("is");
  const [values, setValues] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState("");
  const list = useId();
  const keys = useBreakdown(site, "property", { ...view, filters: [] }, { limit: KEYS, total: false });
  // What there is to choose from does not depend on what is typed as code: countries are searched by their names.
  const coded = ["country", "language", "channel", "device"].includes(dimension);
  const found = useBreakdown(
    site,
    dimension,
    { ...view, filters: view.filters.filter((each) => each.dimension !== dimension) },
    coded ? { limit: 300, total: false } : { limit: 30, search: typed.trim(), total: false },
  );
  const wanted = typed.trim().toLowerCase();
  const choices = (found.value?.dimension === dimension ? found.value.rows : [])
    .filter(
      ({ value }) => !values.includes(value) && nameOfValue(dimension, value, words).toLowerCase().includes(wanted),
    )
    .slice(0, CHOICES);
  const isText = operator !== "is" && operator !== "is_not";

  const add = (value: string) => {
    if (!values.includes(value)) setValues([...values, value]);
    setTyped("");
  };
  const apply = () => {
    const all = typed.trim() && !values.includes(typed.trim()) ? [...values, typed.trim()] : values;
    if (!all.length) return;
    change({
      filters: [
        ...view.filters.filter((each) => each.dimension !== dimension || each.operator !== operator),
        { dimension, operator, values: all },
      ],
    });
    onClose();
  };

  return (
    <Dialog title={t("filter.more")} onClose={onClose}>
      <Form
        class="stack filter-form"
        action={t("apply")}
        isReady={values.length > 0 || Boolean(typed.trim())}
        onCancel={onClose}
        onSubmit={apply}
      >
        <div class="two">
          <SelectField
            label={t("filter.dimension")}
            value={dimension}
            options={DIMENSIONS.map((value) => ({ value, label: nameOfDimension(value, words) }))}
            more={{
              label: t("tab.property"),
              options: (keys.value?.rows ?? []).map(({ value }) => ({ value: propertyOf(value), label: value })),
            }}
            onChoose={(chosen) => {
              setDimension(chosen);
              setValues([]);
              setTyped("");
            }}
          />
          <SelectField
            label={t("filter.operator")}
            value={operator}
            options={OPERATORS.map((value) => ({ value, label: t(`operator.${value}`) }))}
            onChoose={(chosen) => setOperator(chosen as Operator)}
          />
        </div>
        <TextField
          label={t(isText ? "filter.text" : "filter.values")}
          autocomplete="off"
          spellcheck={false}
          autofocus
          value={typed}
          aria-controls={list}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        {values.length > 0 && (
          <ul class="filters" aria-label={t("filter.chosen")}>
            {values.map((value) => (
              <li key={value} class="chip">
                <span class="breakable">{nameOfValue(dimension, value, words)}</span>
                <button
                  type="button"
                  aria-label={t("filter.remove", { name: nameOfValue(dimension, value, words) })}
                  onClick={() => setValues(values.filter((each) => each !== value))}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <ul class="choices-list" id={list} aria-label={t("filter.suggestions")}>
          {choices.map((row) => (
            <li key={row.value}>
              <button type="button" class="item" onClick={() => add(row.value)}>
                <span class="cut grow">{nameOfValue(dimension, row.value, words)}</span>
                <span class="muted num">{show(columnsOf(dimension)[0]!, row.visitors, words)}</span>
              </button>
            </li>
          ))}
        </ul>
      </Form>
    </Dialog>
  );
}
