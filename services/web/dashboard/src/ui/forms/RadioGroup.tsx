import { useId } from "preact/hooks";

interface Props<T extends string> {
  title: string;
  value: T;
  options: readonly { value: T; label: string; hint: string }[];
  onChoose: (value: T) => void;
}

/** Radio buttons, each with an explanation. */
export function RadioGroup<T extends string>({ title, value, options, onChoose }: Props<T>) {
  const name = useId();
  return (
    <fieldset class="radio-group">
      <legend>{title}</legend>
      {options.map((option) => (
        <label key={option.value} class="checkbox">
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChoose(option.value)} />
          <span>
            {option.label}
            <span class="hint">{option.hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
