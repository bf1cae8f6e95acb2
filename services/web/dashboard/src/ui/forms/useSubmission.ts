import { useCallback, useRef, useState } from "preact/hooks";
import { Problem } from "../../api/problem";
import { problemMessage } from "../../api/problemMessage";
import { useI18n } from "../../i18n/i18n";
import { useToast } from "../Toasts";

export interface Submission {
  isBusy: boolean;
  /** Error messages by field name. */
  fields: Readonly<Record<string, string>>;
  /** The error message that belongs to no field; empty if there is none. */
  problem: string;
  run: (action: () => Promise<unknown>, successMessage?: string) => Promise<boolean>;
}

/** Runs a form's request, keeps its errors and confirms its success. `names` are the fields that show their own errors. */
export function useSubmission(names: readonly string[] = []): Submission {
  const i18n = useI18n();
  const toast = useToast();
  const [state, setState] = useState<Omit<Submission, "run">>({ isBusy: false, fields: {}, problem: "" });
  // `run` stays the same function, so that effects can depend on it.
  const latest = useRef({ i18n, names });
  latest.current = { i18n, names };
  const run = useCallback(
    async (action: () => Promise<unknown>, successMessage?: string) => {
      setState({ isBusy: true, fields: {}, problem: "" });
      try {
        await action();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const isFieldError = Object.keys(error.fields).some((field) => latest.current.names.includes(field));
        setState({
          isBusy: false,
          fields: error.fields,
          problem: isFieldError ? "" : problemMessage(error, latest.current.i18n),
        });
        return false;
      }
      setState({ isBusy: false, fields: {}, problem: "" });
      if (successMessage) toast(successMessage);
      return true;
    },
    [toast],
  );
  return { ...state, run };
}
