interface Props {
  name: string;
  options: readonly { value: string; label: string }[];
  value: string;
  onChoose: (value: string) => void;
}

/** One of a few, all in sight: radio buttons that look like a strip. */
export function Choice({ name, options, value, onChoose }: Props) {
  return (
    <fieldset class="choice">
      <legend class="hidden">{name}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
