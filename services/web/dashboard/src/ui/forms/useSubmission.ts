import { useCallback, useRef, useState } from "preact/hooks";
import { Problem } from "../../api/problem";
import { problemMessage } from "../../api/problemMessage";
import { useI18n } from "../../i18n/i18n";
import { useToast } from "../Toasts";

export interface Submission {
  isBusy: boolean;
  /** What is wrong with which field. */
  fields: Readonly<Record<string, string>>;
  /** What is wrong with none in particular. */
  problem: string;
  run: (action: () => Promise<unknown>, successMessage?: string) => Promise<boolean>;
}

/** Does something that may be refused, says so where it belongs, and says `said` when it was done. */
export function useSubmission(names: readonly string[] = []): Submission {
  const i18n = useI18n();
  const toast = useToast();
  const [state, setState] = useState<Omit<Submission, "run">>({ isBusy: false, fields: {}, problem: "" });
  // `run` stays the same function, so that effects can depend on it.
  const latest = useRef({ i18n, names });
  latest.current = { i18n, names };
  const run = useCallback(
    async (what: () => Promise<unknown>, said?: string) => {
      setState({ isBusy: true, fields: {}, problem: "" });
      try {
        await what();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const known = Object.keys(error.fields).some((field) => latest.current.names.includes(field));
        setState({
          isBusy: false,
          fields: error.fields,
          problem: known ? "" : problemMessage(error, latest.current.i18n),
        });
        return false;
      }
      setState({ isBusy: false, fields: {}, problem: "" });
      if (said) toast(said);
      return true;
    },
    [toast],
  );
  return { ...state, run };
}
