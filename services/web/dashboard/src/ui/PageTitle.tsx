/** Small things that many pages show. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** The heading of a page: it names the tab, and gets the focus when the page is come to. */
export function PageTitle({
  text,
  hidden,
  children,
}: {
  text: string;
  hidden?: boolean;
  children?: ComponentChildren;
}) {
  const element = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${text} · PyUniqVisit`;
    if (document.activeElement === document.body) element.current?.focus({ preventScroll: true });
  }, [text]);
  return (
    <h1 ref={element} tabIndex={-1} class={hidden ? "visually-hidden" : ""}>
      {children ?? text}
    </h1>
  );
}
