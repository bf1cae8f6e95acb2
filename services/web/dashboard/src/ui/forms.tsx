import type { ComponentChildren, PartialInputHTMLAttributes } from "preact";
import { useCallback, useId, useRef, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { useWords } from "../i18n/words";
import { explain } from "./explain";
import { useToast } from "./toasts";
import { useFocus } from "./useFocus";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  wrong?: string | undefined;
  children: (attributes: {
    id: string;
    "aria-describedby": string;
    "aria-invalid": boolean;
    class: string;
  }) => ComponentChildren;
}

/** A label, an input, what it is for, and what is wrong with it. */
export function Field({ label, hint, wrong, children }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}
      </label>
      {children({ id, "aria-describedby": `${id}-more`, "aria-invalid": Boolean(wrong), class: "input" })}
      <div id={`${id}-more`}>{wrong ? <p class="wrong">{wrong}</p> : hint && <p class="hint">{hint}</p>}</div>
    </div>
  );
}

interface TextProps extends Omit<PartialInputHTMLAttributes<HTMLInputElement>, "label" | "role" | "list"> {
  label: string;
  hint?: ComponentChildren;
  wrong?: string | undefined;
  type?: "text" | "password" | "number" | "date" | "url";
  /** The id of a list of suggestions. */
  list?: string;
}

export function TextField({ label, hint, wrong, type = "text", autofocus, ...input }: TextProps) {
  const element = useFocus<HTMLInputElement>(Boolean(autofocus));
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(attributes) => <input ref={element} {...({ type, autofocus, ...input } as object)} {...attributes} />}
    </Field>
  );
}

interface Choice {
  value: string;
  label: string;
}

interface SelectProps {
  label: string;
  hint?: ComponentChildren;
  wrong?: string | undefined;
  name?: string;
  value: string;
  options: readonly Choice[];
  /** More to choose from, under a heading. */
  more?: { label: string; options: readonly Choice[] };
  onChoose: (value: string) => void;
}

export function SelectField({ label, hint, wrong, name, value, options, more, onChoose }: SelectProps) {
  const shown = (choices: readonly Choice[]) =>
    choices.map((choice) => (
      <option key={choice.value} value={choice.value}>
        {choice.label}
      </option>
    ));
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(attributes) => (
        <select {...attributes} name={name} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
          {shown(options)}
          {more && more.options.length > 0 && <optgroup label={more.label}>{shown(more.options)}</optgroup>}
        </select>
      )}
    </Field>
  );
}

interface CheckProps {
  label: string;
  hint?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

export function Check({ label, hint, checked, disabled, onChange }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>
        {label}
        {hint && <span class="hint">{hint}</span>}
      </span>
    </label>
  );
}

interface StripProps<T extends string> {
  name: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChoose: (value: T) => void;
}

/** One of a few, all in sight. */
export function Strip<T extends string>({ name, value, options, onChoose }: StripProps<T>) {
  return (
    <div class="strip" role="group" aria-label={name}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChoose(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

export interface Submission {
  isBusy: boolean;
  /** What is wrong with which field. */
  fields: Readonly<Record<string, string>>;
  /** What is wrong with none in particular. */
  problem: string;
  run: (what: () => Promise<unknown>, said?: string) => Promise<boolean>;
}

/** Does something that may be refused, says so where it belongs, and says `said` when it was done. */
export function useSubmission(names: readonly string[] = []): Submission {
  const words = useWords();
  const toast = useToast();
  const [state, setState] = useState<Omit<Submission, "run">>({ isBusy: false, fields: {}, problem: "" });
  // `run` stays the same function, so that effects can depend on it.
  const latest = useRef({ words, names });
  latest.current = { words, names };
  const run = useCallback(
    async (what: () => Promise<unknown>, said?: string) => {
      setState({ isBusy: true, fields: {}, problem: "" });
      try {
        await what();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const known = Object.keys(error.fields).some((field) => latest.current.names.includes(field));
        setState({ isBusy: false, fields: error.fields, problem: known ? "" : explain(error, latest.current.words) });
        return false;
      }
      setState({ isBusy: false, fields: {}, problem: "" });
      if (said) toast(said);
      return true;
    },
    [toast],
  );
  return { ...state, run };
}

export function Refusal({ of }: { of: Submission }) {
  return <div role="alert">{of.problem && <p class="note bad small">{of.problem}</p>}</div>;
}

interface FormProps {
  of?: Submission;
  /** What the button says that sends it. */
  action: ComponentChildren;
  isReady?: boolean;
  kind?: "main" | "danger" | "";
  class?: string;
  /** In a dialog: the way out. */
  onCancel?: () => void;
  onSubmit: (form: HTMLFormElement) => void;
  children: ComponentChildren;
}

/** Fields, what is wrong with them, and what sends them. */
export function Form({
  of,
  action,
  isReady = true,
  kind = "main",
  class: name = "stack wide",
  onCancel,
  onSubmit,
  children,
}: FormProps) {
  const { t } = useWords();
  return (
    <form
      class={name}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(event.currentTarget);
      }}
    >
      {children}
      {of && <Refusal of={of} />}
      <footer>
        {onCancel && (
          <button type="button" class="button" onClick={onCancel}>
            {t("cancel")}
          </button>
        )}
        <button type="submit" class={`button ${kind}`} disabled={of?.isBusy || !isReady}>
          {action}
        </button>
      </footer>
    </form>
  );
}
