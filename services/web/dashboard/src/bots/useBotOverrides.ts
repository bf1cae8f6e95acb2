import { useEffect, useRef } from "preact/hooks";
import { encode } from "../api/client";
import type { BotOverride, BotOverrideKind, BotOverrideList, Recount } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { type Submission, useSubmission } from "../ui/forms/useSubmission";

const EVERY_MS = 1500;

export interface BotOverridesState {
  all: readonly BotOverride[] | undefined;
  recount: Recount | undefined;
  form: Submission;
  find: (kind: BotOverrideKind, value: string) => BotOverride | undefined;
  /** Allows or blocks what matches, in place of an earlier override of the same. */
  add: (kind: BotOverrideKind, value: string, action: BotOverride["action"]) => Promise<boolean>;
  remove: (override: BotOverride) => Promise<boolean>;
  reload: () => void;
}

/** The site's bot overrides, and the recount they start. Calls `onCounted` when the recount is done. */
export function useBotOverrides(site: string, onCounted: () => void): BotOverridesState {
  const { t } = useI18n();
  const api = useApi();
  const path = `sites/${encode(site)}/bots/overrides`;
  const form = useSubmission();
  const wasRunning = useRef(false);
  const data = useData(path, (signal) => api.get<BotOverrideList>(path, undefined, signal));
  const progress = useData(
    data.value?.recount.running ? `${path} recount ${data.value.recount.requested_at}` : null,
    (signal) => api.get<Recount>(`sites/${encode(site)}/bots/recount`, undefined, signal),
    { every: EVERY_MS },
  );
  const recount = data.value?.recount.running ? (progress.value ?? data.value.recount) : data.value?.recount;
  const isRunning = recount?.running ?? false;
  const { reload } = data;

  useEffect(() => {
    if (wasRunning.current && !isRunning) {
      reload();
      onCounted();
    }
    wasRunning.current = isRunning;
  }, [isRunning, reload, onCounted]);

  const change = async (action: () => Promise<unknown>, successMessage: string) => {
    const done = await form.run(action, successMessage);
    if (done) {
      reload();
      onCounted();
    }
    return done;
  };
  return {
    all: data.value?.overrides,
    recount,
    form,
    find: (kind, value) => data.value?.overrides.find((each) => each.kind === kind && each.value === value),
    add: (kind, value, action) => change(() => api.post(path, { kind, value, action }), t(`override.${action}.done`)),
    remove: (override) => change(() => api.delete(`${path}/${encode(override.id)}`), t("override.removed")),
    reload,
  };
}
