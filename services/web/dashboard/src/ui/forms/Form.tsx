import type { ComponentChildren } from "preact";
import { useI18n } from "../../i18n/i18n";
import type { Submission } from "./useSubmission";

/** The error message of a form that belongs to no field. */
export function FormError({ submission }: { submission: Submission }) {
  return <div role="alert">{submission.problem && <p class="notice bad small">{submission.problem}</p>}</div>;
}

interface FormProps {
  submission?: Submission;
  /** The label of the submit button. */
  submitLabel: ComponentChildren;
  isReady?: boolean;
  variant?: "primary" | "danger" | "";
  class?: string;
  /** Adds a cancel button. */
  onCancel?: () => void;
  onSubmit: (form: HTMLFormElement) => void;
  children: ComponentChildren;
}

/** A form with its error message and its buttons. */
export function Form({
  submission,
  submitLabel,
  isReady = true,
  variant = "primary",
  class: name = "stack wide",
  onCancel,
  onSubmit,
  children,
}: FormProps) {
  const { t } = useI18n();
  return (
    <form
      class={name}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(event.currentTarget);
      }}
    >
      {children}
      {submission && <FormError submission={submission} />}
      <footer>
        {onCancel && (
          <button type="button" class="button" onClick={onCancel}>
            {t("cancel")}
          </button>
        )}
        <button type="submit" class={`button ${variant}`} disabled={submission?.isBusy || !isReady}>
          {submitLabel}
        </button>
      </footer>
    </form>
  );
}
