import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** The heading of a page. It sets the document title and takes the focus after navigation. */
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
