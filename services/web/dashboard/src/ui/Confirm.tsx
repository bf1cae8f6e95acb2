import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { useWords } from "../i18n/words";
import { Dialog } from "./Dialog";
import { Refusal, TextField, useSubmission } from "./forms";

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
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (await submission.run(onDo, said)) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <div>{children}</div>
        {typed !== undefined && (
          <TextField label={t("confirm.type", { text: typed })} value={text} autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />
        )}
        <Refusal of={submission} />
        <footer>
          <button type="button" class="button" onClick={onClose}>
            {t("cancel")}
          </button>
          <button class="button danger" disabled={submission.isBusy || (typed !== undefined && text !== typed)}>
            {action}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
