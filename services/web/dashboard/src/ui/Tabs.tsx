import type { TargetedKeyboardEvent } from "preact";

interface Props {
  id: string;
  label: string;
  tabs: readonly { id: string; label: string }[];
  open: string;
  onOpen: (id: string) => void;
}

/** Tabs as WAI-ARIA has them: one stop for the tab key, arrows walk. The panel is `{id}-panel`. */
export function Tabs({ id, label, tabs, open, onOpen }: Props) {
  const walk = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = tabs[(tabs.findIndex((tab) => tab.id === open) + step + tabs.length) % tabs.length]!;
    onOpen(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={walk}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          id={`${id}-${tab.id}`}
          aria-selected={tab.id === open}
          aria-controls={`${id}-panel`}
          tabIndex={tab.id === open ? 0 : -1}
          onClick={() => onOpen(tab.id)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
