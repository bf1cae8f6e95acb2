/** Lists that are read on page by page. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/problem";

export interface PageOf<Row> {
  rows: Row[];
  /** What the next page is asked for with; null: there is none. */
  next: string | null;
}

export interface Pages<Row> {
  rows: Row[] | undefined;
  problem: Problem | undefined;
  isBusy: boolean;
  /** Reads the next page; undefined: all is there. */
  more: (() => void) | undefined;
  reload: () => void;
}

interface State<Row> {
  rows: Row[] | undefined;
  next: string | null;
  problem: Problem | undefined;
  isBusy: boolean;
}

/** `key` names the list: another one begins anew. */
export function usePages<Row>(
  key: string,
  ask: (after: string | null, signal: AbortSignal) => Promise<PageOf<Row>>,
): Pages<Row> {
  const [state, setState] = useState<State<Row>>({ rows: undefined, next: null, problem: undefined, isBusy: true });
  const [round, setRound] = useState(0);
  const question = useRef(ask);
  question.current = ask;
  const abort = useRef(new AbortController());

  const read = useCallback(async (after: string | null, before: Row[]) => {
    const { signal } = abort.current;
    setState((old) => ({ ...old, isBusy: true, problem: undefined }));
    try {
      const page = await question.current(after, signal);
      if (!signal.aborted)
        setState({ rows: [...before, ...page.rows], next: page.next, problem: undefined, isBusy: false });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      setState((old) => ({ ...old, problem: error, isBusy: false }));
    }
  }, []);

  useEffect(() => {
    abort.current = new AbortController();
    setState({ rows: undefined, next: null, problem: undefined, isBusy: true });
    void read(null, []);
    return () => abort.current.abort();
  }, [key, round]);

  return {
    rows: state.rows,
    problem: state.problem,
    isBusy: state.isBusy,
    more: state.next === null ? undefined : () => void read(state.next, state.rows ?? []),
    reload: () => setRound((old) => old + 1),
  };
}
