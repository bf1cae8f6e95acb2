import type { I18n } from "../i18n/i18n";
import type { Problem } from "./problem";

/** A problem in words: our own where we have some, else what the server says. */
export function problemMessage(problem: Problem, i18n: I18n): string {
  if (problem.isOffline) return i18n.t("problem.offline");
  if (problem.status === 429) return i18n.t("problem.too-many", { seconds: problem.retryAfter ?? 60 });
  if (problem.status >= 500 && !problem.slug) return i18n.t("problem.server", { status: problem.status });
  return i18n.lookup(`problem.${problem.slug}`, problem.message);
}
