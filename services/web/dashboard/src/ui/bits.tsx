/** Small things that many pages show. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { useWords } from "../i18n/words";
import { explain } from "./explain";
import { Icon, type IconName } from "./icons";

/** The place of a text that is still to come: nothing moves when it does. */
export function Bone({ width = "4rem", height = "1em" }: { width?: string; height?: string }) {
  return <span class="bone" style={{ width, height }} aria-hidden="true" />;
}

export function Bones({ lines }: { lines: number }) {
  return (
    <div class="stack" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        <Bone key={index} width={`${90 - ((index * 17) % 40)}%`} height="1.25rem" />
      ))}
    </div>
  );
}

export function Empty({ icon = "chart", children }: { icon?: IconName; children: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}

export function Trouble({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  const words = useWords();
  return (
    <div class="note bad" role="alert">
      <span>{explain(problem, words)}</span>
      {onRetry && (
        <button type="button" class="button tight" onClick={onRetry}>
          {words.t("retry")}
        </button>
      )}
    </div>
  );
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useWords();
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(t("copied"));
    } catch {
      // Browsers give the clipboard to https pages only.
      setSaid(t("copy.manually"));
    }
    setTimeout(() => setSaid(""), 2500);
  };
  return (
    <button type="button" class="button" onClick={copy}>
      <Icon name={said ? "check" : "copy"} />
      <span aria-live="polite">{said || (label ?? t("copy"))}</span>
    </button>
  );
}

/** The heading of a page: it names the tab, and gets the focus when the page is come to. */
export function Title({ text, hidden, children }: { text: string; hidden?: boolean; children?: ComponentChildren }) {
  const element = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${text} · PyUniqVisit`;
    if (document.activeElement === document.body) element.current?.focus({ preventScroll: true });
  }, [text]);
  return (
    <h1 ref={element} tabIndex={-1} class={hidden ? "hidden" : ""}>
      {children ?? text}
    </h1>
  );
}

/** The hour and minute of a moment, its whole date on a hover. */
export function Moment({ iso, zone }: { iso: string; zone?: string | undefined }) {
  const { moment } = useWords();
  return <time dateTime={iso}>{moment(iso, zone)}</time>;
}
