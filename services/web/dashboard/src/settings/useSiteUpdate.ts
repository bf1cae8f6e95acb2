import { encode } from "../api/client";
import type { Site } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useApi } from "../session/SessionContext";
import { type Submission, useSubmission } from "../ui/forms/useSubmission";

/** Returns the state of a settings form, and a function that saves some of the site's settings. */
export function useSiteUpdate(
  site: Site,
  onChange: () => void,
  names: readonly string[],
): [Submission, (changes: Partial<Site>) => Promise<boolean>] {
  const { t } = useI18n();
  const api = useApi();
  const submission = useSubmission(names);
  const save = async (changed: Partial<Site>) => {
    const isSaved = await submission.run(() => api.patch(`sites/${encode(site.name)}`, changed), t("saved"));
    if (isSaved) onChange();
    return isSaved;
  };
  return [submission, save];
}
