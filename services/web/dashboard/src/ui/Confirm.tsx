import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../i18n/words";
import { Dialog } from "./Dialog";
import { Form, TextField, useSubmission } from "./forms";

interface Props {
  title: string;
  /** What is about to happen, and what cannot be undone. */
  children: ComponentChildren;
  action: string;
  /** Has to be typed, where a slip would be too costly. */
  typed?: string;
  said?: string;
  onDo: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks once more, and does it. */
export function Confirm({ title, children, action, typed, said, onDo, onClose }: Props) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const submission = useSubmission();
  const submit = async () => {
    if (await submission.run(onDo, said)) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        of={submission}
        class="stack"
        kind="danger"
        action={action}
        isReady={typed === undefined || text === typed}
        onCancel={onClose}
        onSubmit={submit}
      >
        <div>{children}</div>
        {typed !== undefined && (
          <TextField
            label={t("confirm.type", { text: typed })}
            value={text}
            autocomplete="off"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </Form>
    </Dialog>
  );
}
