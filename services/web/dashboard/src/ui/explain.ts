import type { Problem } from "../api/problem";
import type { Words } from "../i18n/words";

/** A problem in words: our own where we have some, else what the server says. */
export function explain(problem: Problem, words: Words): string {
  if (problem.isOffline) return words.t("problem.offline");
  if (problem.status === 429) return words.t("problem.too-many", { seconds: problem.retryAfter ?? 60 });
  if (problem.status >= 500 && !problem.slug) return words.t("problem.server", { status: problem.status });
  return words.maybe(`problem.${problem.slug}`, problem.message);
}
