import type { ComponentChildren } from "preact";
import { Field } from "./Field";

interface Option {
  value: string;
  label: string;
}

interface SelectProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  name?: string;
  value: string;
  options: readonly Option[];
  /** More options under a heading. */
  optionGroup?: { label: string; options: readonly Option[] };
  onChoose: (value: string) => void;
}

export function SelectField({ label, hint, error, name, value, options, optionGroup, onChoose }: SelectProps) {
  const shown = (choices: readonly Option[]) =>
    choices.map((choice) => (
      <option key={choice.value} value={choice.value}>
        {choice.label}
      </option>
    ));
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => (
        <select {...attributes} name={name} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
          {shown(options)}
          {optionGroup && optionGroup.options.length > 0 && (
            <optgroup label={optionGroup.label}>{shown(optionGroup.options)}</optgroup>
          )}
        </select>
      )}
    </Field>
  );
}
