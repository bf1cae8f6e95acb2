import type { Problem } from "../api/problem";
import { problemMessage } from "../api/problemMessage";
import { useI18n } from "../i18n/i18n";

export function ErrorAlert({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  const i18n = useI18n();
  return (
    <div class="notice bad" role="alert">
      <span>{problemMessage(problem, i18n)}</span>
      {onRetry && (
        <button type="button" class="button compact" onClick={onRetry}>
          {i18n.t("retry")}
        </button>
      )}
    </div>
  );
}
