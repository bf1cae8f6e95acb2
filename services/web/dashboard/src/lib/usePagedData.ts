/** Lists that are fetched page by page. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/problem";

export interface Page<Row> {
  rows: Row[];
  /** The cursor of the next page; null on the last one. */
  next: string | null;
}

export interface PagedData<Row> {
  rows: Row[] | undefined;
  problem: Problem | undefined;
  isBusy: boolean;
  /** Fetches the next page; undefined when there is none. */
  loadMore: (() => void) | undefined;
  reload: () => void;
}

interface State<Row> {
  key: string;
  rows: Row[] | undefined;
  next: string | null;
  problem: Problem | undefined;
  isBusy: boolean;
}

/** Fetches the list that `key` names; another `key` starts over. */
export function usePagedData<Row>(
  key: string,
  fetchPage: (cursor: string | null, signal: AbortSignal) => Promise<Page<Row>>,
): PagedData<Row> {
  const [state, setState] = useState<State<Row>>({
    key,
    rows: undefined,
    next: null,
    problem: undefined,
    isBusy: true,
  });
  const latestFetch = useRef(fetchPage);
  latestFetch.current = fetchPage;
  const controller = useRef(new AbortController());

  const load = useCallback(async (cursor: string | null, before: Row[]) => {
    const { signal } = controller.current;
    setState((old) => ({ ...old, isBusy: true, problem: undefined }));
    try {
      const page = await latestFetch.current(cursor, signal);
      if (!signal.aborted)
        setState((old) => ({
          ...old,
          rows: [...before, ...page.rows],
          next: page.next,
          problem: undefined,
          isBusy: false,
        }));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      setState((old) => ({ ...old, problem: error, isBusy: false }));
    }
  }, []);

  const restart = useCallback(() => {
    controller.current.abort();
    controller.current = new AbortController();
    setState({ key, rows: undefined, next: null, problem: undefined, isBusy: true });
    void load(null, []);
  }, [key, load]);

  useEffect(() => {
    restart();
    return () => controller.current.abort();
  }, [restart]);

  const rows = state.key === key ? state.rows : undefined;
  return {
    rows,
    problem: state.problem,
    isBusy: state.isBusy,
    loadMore: state.next === null ? undefined : () => void load(state.next, rows ?? []),
    reload: restart,
  };
}
