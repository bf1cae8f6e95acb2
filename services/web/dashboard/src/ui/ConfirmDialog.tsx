import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useI18n } from "../i18n/i18n";
import { Dialog } from "./Dialog";
import { TextField } from "./forms/Field";
import { Form } from "./forms/Form";
import { useSubmission } from "./forms/useSubmission";

interface Props {
  title: string;
  /** What is about to happen, and whether it can be undone. */
  children: ComponentChildren;
  confirmLabel: string;
  /** The text to type before the button is enabled. */
  confirmationText?: string;
  successMessage?: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks for confirmation, then runs the action. */
export function ConfirmDialog({
  title,
  children,
  confirmLabel,
  confirmationText,
  successMessage,
  onConfirm,
  onClose,
}: Props) {
  const { t } = useI18n();
  const [text, setText] = useState("");
  const submission = useSubmission();
  const submit = async () => {
    if (await submission.run(onConfirm, successMessage)) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        submission={submission}
        class="stack"
        variant="danger"
        submitLabel={confirmLabel}
        isReady={confirmationText === undefined || text === confirmationText}
        onCancel={onClose}
        onSubmit={submit}
      >
        <div>{children}</div>
        {confirmationText !== undefined && (
          <TextField
            label={t("confirm.type", { text: confirmationText })}
            value={text}
            autocomplete="off"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </Form>
    </Dialog>
  );
}
