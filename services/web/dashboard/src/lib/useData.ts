/** Answers of the server, asked for when they are needed and kept for the way back. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/problem";

export interface Data<T> {
  value: T | undefined;
  problem: Problem | undefined;
  /** What is shown is of another question, or older than the one that is being asked. */
  isStale: boolean;
  /** It takes so long that people want to be told. */
  isSlow: boolean;
  reload: () => void;
}

interface Options {
  /** Asks again after so many milliseconds. */
  every?: number | undefined;
  /** Shows the answer to the question before while the new one is asked. */
  keep?: boolean;
}

const SLOW = 4_000;
const RETRY = [2_000, 5_000, 10_000, 30_000];
const MOST = 200;

const answers = new Map<string, unknown>();

/** Tells every question that failed that it may succeed now. */
export const ASK_AGAIN = "askagain";

/** Forgets every answer: whoever looks is somebody else now. */
export const forgetAnswers = (): void => answers.clear();

/** `key` names the question; null: there is none yet. A question that failed for now is asked again by itself. */
export function useData<T>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<T>,
  options: Options = {},
): Data<T> {
  const [state, setState] = useState<{
    key: string | null;
    value: T | undefined;
    problem: Problem | undefined;
    asking: boolean;
    slow: boolean;
  }>({ key: null, value: undefined, problem: undefined, asking: true, slow: false });
  const [round, setRound] = useState(0);
  const question = useRef(ask);
  question.current = ask;
  const { every, keep } = options;

  useEffect(() => {
    if (key === null) return;
    const abort = new AbortController();
    let timer = 0;
    let failures = 0;
    const again = (after: number) => (timer = window.setTimeout(run, after));
    const run = async () => {
      if (document.hidden && every) return again(every);
      const slow = window.setTimeout(() => setState((old) => ({ ...old, slow: true })), SLOW);
      try {
        const value = await question.current(abort.signal);
        failures = 0;
        remember(key, value);
        if (!abort.signal.aborted) setState({ key, value, problem: undefined, asking: false, slow: false });
        if (every && !abort.signal.aborted) again(every);
      } catch (error) {
        if (abort.signal.aborted) return;
        if (!(error instanceof Problem)) throw error;
        setState((old) => ({
          key,
          value: old.key === key || keep ? old.value : undefined,
          problem: error,
          asking: false,
          slow: false,
        }));
        if (error.isPassing)
          again(error.retryAfter ? error.retryAfter * 1000 : RETRY[Math.min(failures++, RETRY.length - 1)]!);
      } finally {
        clearTimeout(slow);
      }
    };
    const known = answers.get(key) as T | undefined;
    setState((old) => ({
      key,
      value: known ?? (keep || old.key === key ? old.value : undefined),
      problem: undefined,
      asking: true,
      slow: false,
    }));
    void run();
    const online = () => {
      clearTimeout(timer);
      void run();
    };
    addEventListener("online", online);
    addEventListener(ASK_AGAIN, online);
    return () => {
      abort.abort();
      clearTimeout(timer);
      removeEventListener("online", online);
      removeEventListener(ASK_AGAIN, online);
    };
  }, [key, round, every, keep]);

  const reload = useCallback(() => setRound((old) => old + 1), []);
  const current = state.key === key || keep;
  return {
    value: current ? state.value : (answers.get(key ?? "") as T | undefined),
    problem: current ? state.problem : undefined,
    isStale: state.key !== key || state.asking,
    isSlow: state.slow,
    reload,
  };
}

function remember(key: string, value: unknown): void {
  answers.delete(key);
  answers.set(key, value);
  if (answers.size > MOST) answers.delete(answers.keys().next().value!);
}
