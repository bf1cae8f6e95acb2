import { part } from "../api/client";
import type { Site } from "../api/types";
import { useWords } from "../i18n/words";
import { useApi } from "../session/context";
import { type Submission, useSubmission } from "../ui/forms";

/** Changes some fields of a site. */
export function useSiteForm(
  site: Site,
  onChange: () => void,
  names: readonly string[],
): [Submission, (changed: Partial<Site>) => Promise<boolean>] {
  const { t } = useWords();
  const api = useApi();
  const submission = useSubmission(names);
  const save = async (changed: Partial<Site>) => {
    const isSaved = await submission.run(() => api.patch(`sites/${part(site.name)}`, changed), t("saved"));
    if (isSaved) onChange();
    return isSaved;
  };
  return [submission, save];
}
