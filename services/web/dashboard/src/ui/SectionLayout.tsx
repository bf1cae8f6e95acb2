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
  current: string;
  children: ComponentChildren;
}

/** Several pages about one subject, with navigation next to the current one. */
export function SectionLayout({ label, sections, current, children }: Props) {
  return (
    <div class="sections">
      <nav aria-label={label}>
        <ul>
          {sections.map((section) => (
            <li key={section.id}>
              <a
                href={section.href}
                aria-current={section.id === current ? "page" : undefined}
                ref={section.id === current ? scrollIntoView : null}
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
