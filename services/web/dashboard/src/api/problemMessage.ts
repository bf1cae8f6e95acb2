import type { I18n } from "../i18n/i18n";
import type { Problem } from "./problem";

/** The message to show for a problem: translated if the catalog has it, otherwise the server's. */
export function problemMessage(problem: Problem, i18n: I18n): string {
  if (problem.isOffline) return i18n.t("problem.offline");
  if (problem.status === 429) return i18n.t("problem.too-many", { seconds: problem.retryAfter ?? 60 });
  if (problem.status >= 500 && !problem.slug) return i18n.t("problem.server", { status: problem.status });
  return i18n.lookup(`problem.${problem.slug}`, problem.message);
}
