import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** For a line of links of which a phone shows only a part: the one that is `open` is always in it. */
export function useCurrent(open: string): RefObject<HTMLElement | null> {
  const list = useRef<HTMLElement>(null);
  useEffect(
    () => list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }),
    [open],
  );
  return list;
}
