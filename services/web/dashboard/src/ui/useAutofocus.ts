import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Focuses an element when it is mounted. Browsers honor `autofocus` only while a page loads. */
export function useAutofocus<E extends HTMLElement>(enabled: boolean | undefined): RefObject<E | null> {
  const element = useRef<E>(null);
  useEffect(() => {
    if (enabled) element.current?.focus();
  }, [enabled]);
  return element;
}
