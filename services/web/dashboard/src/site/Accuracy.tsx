import type { Summary } from "../api/types";
import { useWords } from "../i18n/words";
import { Menu } from "../ui/Menu";

/** How the numbers were made: a word, and more for whoever asks. */
export function Accuracy({ summary }: { summary: Summary | undefined }) {
  const words = useWords();
  const { t, percent } = words;
  const accuracy = summary?.accuracy;
  const label =
    accuracy && (accuracy.exact ? t("accuracy.exact") : `± ${percent((accuracy.visitors_error ?? 0) * 100, 1)}`);
  return (
    <footer class="accuracy">
      <span>{summary && words.days(summary.from, summary.to)}</span>
      <span class="cut">{summary?.timezone}</span>
      {accuracy && (
        <Menu end class="button bare tight" name={`${label}: ${t("accuracy.title")}`} label={label}>
          {() => (
            <div class="explained">
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
              {summary.as_of && <p class="muted">{t("accuracy.as-of", { time: words.clock(summary.as_of) })}</p>}
            </div>
          )}
        </Menu>
      )}
    </footer>
  );
}
