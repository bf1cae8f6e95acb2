import type { Recount } from "../api/types";
import { useWords } from "../i18n/words";

/** How far the past has been counted again. */
export function Recounting({ recount }: { recount: Recount | undefined }) {
  const words = useWords();
  if (!recount?.running) return null;
  return (
    <div class="note recounting" role="status">
      <p class="row apart">
        <span>{words.t("recount.running")}</span>
        <span class="num">{words.percent(recount.progress)}</span>
      </p>
      <div
        class="progress"
        role="progressbar"
        aria-label={words.t("recount.running")}
        aria-valuenow={Math.round(recount.progress)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ width: `${recount.progress}%` }} />
      </div>
      <p class="small muted num">
        {words.t("recount.progress", {
          seen: words.exact(recount.visits_seen),
          changed: words.exact(recount.visits_changed),
        })}
      </p>
    </div>
  );
}
