import type { ComponentChildren } from "preact";
import "./sections.css";

interface CardProps {
  title: string;
  text?: string;
  danger?: boolean;
  actions?: ComponentChildren;
  children?: ComponentChildren;
}

/** A card of a settings page. */
export function SettingsCard({ title, text, danger, actions, children }: CardProps) {
  return (
    <section class={danger ? "card padded stack settings-card danger" : "card padded stack settings-card"}>
      <header class="row between">
        <div class="grow">
          <h2>{title}</h2>
          {text && <p class="muted small">{text}</p>}
        </div>
        {actions}
      </header>
      {children}
    </section>
  );
}
