import type { Summary } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { Menu } from "../ui/Menu";

/** How accurate the numbers are, with an explanation in a menu. */
export function AccuracyNote({ summary }: { summary: Summary | undefined }) {
  const i18n = useI18n();
  const { t, percent } = i18n;
  const accuracy = summary?.accuracy;
  const label =
    accuracy && (accuracy.exact ? t("accuracy.exact") : `± ${percent((accuracy.visitors_error ?? 0) * 100, 1)}`);
  return (
    <footer class="accuracy">
      <span>{summary && i18n.dateRange(summary.from, summary.to)}</span>
      <span class="truncate">{summary?.timezone}</span>
      {accuracy && (
        <Menu alignEnd class="button ghost compact" accessibleName={`${label}: ${t("accuracy.title")}`} label={label}>
          {() => (
            <div class="accuracy-details">
              <strong>{t(accuracy.exact ? "accuracy.exact" : "accuracy.estimated")}</strong>
              <p>{t(`accuracy.${accuracy.source}`, { part: percent((accuracy.sampled ?? 1) * 100, 1) })}</p>
              {!accuracy.exact && accuracy.visitors_error !== null && (
                <p>
                  {t("accuracy.error", {
                    error: percent(accuracy.visitors_error * 100, 1),
                    twice: percent(accuracy.visitors_error * 200, 1),
                  })}
                </p>
              )}
              {summary.as_of && <p class="muted">{t("accuracy.as-of", { time: i18n.time(summary.as_of) })}</p>}
            </div>
          )}
        </Menu>
      )}
    </footer>
  );
}
