import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useI18n } from "../i18n/i18n";
import { Icon } from "./Icon";

interface Props {
  title: string;
  wide?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}

/** A native modal dialog. It traps the focus and returns it on close. */
export function Dialog({ title, wide, onClose, children }: Props) {
  const { t } = useI18n();
  const element = useRef<HTMLDialogElement>(null);
  const name = useId();

  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    element.current!.showModal();
    return () => before?.focus?.();
  }, []);

  return (
    <dialog
      ref={element}
      class={wide ? "dialog wide" : "dialog"}
      aria-labelledby={name}
      onClose={onClose}
      onClick={(event) => event.target === element.current && onClose()}
    >
      <div class="inner">
        <header>
          <h2 id={name}>{title}</h2>
          <button type="button" class="button icon ghost" aria-label={t("close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div class="body" tabIndex={-1}>
          {children}
        </div>
      </div>
    </dialog>
  );
}
