import type { ComponentChildren, TargetedKeyboardEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface Props {
  label: ComponentChildren;
  accessibleName?: string;
  class?: string;
  /** Aligns the menu with the end of the button instead of its start. */
  alignEnd?: boolean;
  /** Renders the menu's content; call `close` to close the menu. */
  children: (close: () => void) => ComponentChildren;
}

/** A button that opens a menu. Arrow keys move between its items, Escape closes it. */
export function Menu({ label, accessibleName, alignEnd, children, ...rest }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const element = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    const away = (event: Event) => {
      if (!element.current?.contains(event.target as Node)) setIsOpen(false);
    };
    addEventListener("pointerdown", away);
    addEventListener("focusin", away);
    return () => {
      removeEventListener("pointerdown", away);
      removeEventListener("focusin", away);
    };
  }, [isOpen]);

  const close = () => {
    setIsOpen(false);
    button.current?.focus();
  };

  const walk = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      return close();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const items = [...(element.current?.querySelectorAll<HTMLElement>(".item") ?? [])];
    if (!items.length) return;
    event.preventDefault();
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length]?.focus();
  };

  return (
    <div class="menu" ref={element} onKeyDown={walk}>
      <button
        ref={button}
        type="button"
        class={rest.class ?? "button"}
        aria-expanded={isOpen}
        aria-label={accessibleName}
        onClick={() => setIsOpen(!isOpen)}
      >
        {label}
      </button>
      {isOpen && <div class={alignEnd ? "popup end" : "popup"}>{children(close)}</div>}
    </div>
  );
}
