import { useEffect, useRef } from "preact/hooks";
import { part } from "../api/client";
import type { BotOverride, BotOverrideKind, BotOverrideList, Recount } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { type Submission, useSubmission } from "../ui/forms";

const EVERY_MS = 1500;

export interface Overrides {
  all: readonly BotOverride[] | undefined;
  recount: Recount | undefined;
  form: Submission;
  of: (kind: BotOverrideKind, value: string) => BotOverride | undefined;
  /** Lets in, or blocks. */
  decide: (kind: BotOverrideKind, value: string, verdict: BotOverride["verdict"]) => Promise<boolean>;
  takeBack: (override: BotOverride) => Promise<boolean>;
  reload: () => void;
}

/** Who decided otherwise than the rules. While the past is counted again, how far that is; `onCounted` when it is done. */
export function useOverrides(site: string, onCounted: () => void): Overrides {
  const { t } = useWords();
  const api = useApi();
  const path = `sites/${part(site)}/bots/overrides`;
  const form = useSubmission();
  const busy = useRef(false);
  const found = useData(path, (signal) => api.get<BotOverrideList>(path, undefined, signal));
  const progress = useData(
    found.value?.recount.running ? `${path} recount ${found.value.recount.requested_at}` : null,
    (signal) => api.get<Recount>(`sites/${part(site)}/bots/recount`, undefined, signal),
    { every: EVERY_MS },
  );
  const recount = found.value?.recount.running ? (progress.value ?? found.value.recount) : found.value?.recount;
  const runs = recount?.running ?? false;
  const { reload } = found;

  useEffect(() => {
    if (busy.current && !runs) {
      reload();
      onCounted();
    }
    busy.current = runs;
  }, [runs, reload, onCounted]);

  const change = async (what: () => Promise<unknown>, said: string) => {
    const done = await form.run(what, said);
    if (done) {
      reload();
      onCounted();
    }
    return done;
  };
  return {
    all: found.value?.overrides,
    recount,
    form,
    of: (kind, value) => found.value?.overrides.find((each) => each.kind === kind && each.value === value),
    decide: (kind, value, verdict) =>
      change(() => api.post(path, { kind, value, verdict }), t(`override.${verdict}.done`)),
    takeBack: (override) => change(() => api.delete(`${path}/${part(override.id)}`), t("override.removed")),
    reload,
  };
}
