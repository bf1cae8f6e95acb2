import type { ComponentChildren } from "preact";
import { scrollIntoView } from "./scrollIntoView";
import "./sections.css";

export interface Section {
  id: string;
  label: string;
  href: string;
}

interface Props {
  label: string;
  sections: readonly Section[];
  open: string;
  children: ComponentChildren;
}

/** Several pages about one thing, with a list of them beside. */
export function Sections({ label, sections, open, children }: Props) {
  return (
    <div class="sections">
      <nav aria-label={label}>
        <ul>
          {sections.map((section) => (
            <li key={section.id}>
              <a
                href={section.href}
                aria-current={section.id === open ? "page" : undefined}
                ref={section.id === open ? scrollIntoView : null}
              >
                {section.label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="stack wide">{children}</div>
    </div>
  );
}

interface BoxProps {
  title: string;
  text?: string;
  danger?: boolean;
  actions?: ComponentChildren;
  children?: ComponentChildren;
}

/** One subject of a settings page. */
export function Box({ title, text, danger, actions, children }: BoxProps) {
  return (
    <section class={danger ? "card padded stack box danger" : "card padded stack box"}>
      <header class="row apart">
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
