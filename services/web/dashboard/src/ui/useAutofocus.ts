import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Gives the focus to an element when it appears: browsers heed `autofocus` only while a page loads. */
export function useAutofocus<E extends HTMLElement>(wanted: boolean | undefined): RefObject<E | null> {
  const element = useRef<E>(null);
  useEffect(() => {
    if (wanted) element.current?.focus();
  }, [wanted]);
  return element;
}
