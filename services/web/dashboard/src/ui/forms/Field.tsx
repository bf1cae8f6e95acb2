import type { ComponentChildren, PartialInputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";
import { useAutofocus } from "../useAutofocus";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  children: (attributes: {
    id: string;
    "aria-describedby": string;
    "aria-invalid": boolean;
    class: string;
  }) => ComponentChildren;
}

/** An input with its label, and below it the hint or the error. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}
      </label>
      {children({ id, "aria-describedby": `${id}-more`, "aria-invalid": Boolean(error), class: "input" })}
      <div id={`${id}-more`}>{error ? <p class="error">{error}</p> : hint && <p class="hint">{hint}</p>}</div>
    </div>
  );
}

interface TextProps extends Omit<PartialInputHTMLAttributes<HTMLInputElement>, "label" | "role" | "list"> {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  type?: "text" | "password" | "number" | "date" | "url";
  /** The id of a datalist with suggestions. */
  list?: string;
}

export function TextField({ label, hint, error, type = "text", autofocus, ...input }: TextProps) {
  const element = useAutofocus<HTMLInputElement>(Boolean(autofocus));
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => <input ref={element} {...({ type, autofocus, ...input } as object)} {...attributes} />}
    </Field>
  );
}
