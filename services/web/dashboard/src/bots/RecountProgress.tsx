import type { Recount } from "../api/types";
import { useI18n } from "../i18n/i18n";

/** The progress of recounting past visits after an override. */
export function RecountProgress({ recount }: { recount: Recount | undefined }) {
  const i18n = useI18n();
  if (!recount?.running) return null;
  return (
    <div class="notice recount-progress" role="status">
      <p class="row between">
        <span>{i18n.t("recount.running")}</span>
        <span class="num">{i18n.percent(recount.progress)}</span>
      </p>
      <div
        class="progress"
        role="progressbar"
        aria-label={i18n.t("recount.running")}
        aria-valuenow={Math.round(recount.progress)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ width: `${recount.progress}%` }} />
      </div>
      <p class="small muted num">
        {i18n.t("recount.progress", {
          seen: i18n.number(recount.visits_seen),
          changed: i18n.number(recount.visits_changed),
        })}
      </p>
    </div>
  );
}
