/** Data from the server: fetched when a component needs it, and cached for going back. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/problem";

export interface Data<T> {
  value: T | undefined;
  problem: Problem | undefined;
  /** Whether `value` belongs to another key, or is being fetched again. */
  isStale: boolean;
  /** Whether the fetch takes so long that the user should see a notice. */
  isSlow: boolean;
  reload: () => void;
}

interface Options {
  /** Poll interval in milliseconds. */
  every?: number | undefined;
  /** Keeps the value of the previous key until the new one arrives. */
  keep?: boolean;
}

const SLOW_MS = 4_000;
const RETRY_MS = [2_000, 5_000, 10_000, 30_000];
const CACHE_SIZE = 200;

const cache = new Map<string, unknown>();

/** The event that makes every `useData` fetch again, for example after a new login. */
export const REFETCH = "refetch";

/** Empties the cache: the next user must not see the data of the one before. */
export const clearCache = (): void => cache.clear();

interface State<T> {
  key: string | null;
  value: T | undefined;
  problem: Problem | undefined;
  isLoading: boolean;
  isSlow: boolean;
}

/**
 * Fetches what `key` names, polls it if asked to, and retries after temporary failures.
 *
 * A `key` of null fetches nothing. Another `key` starts over; a new `fetchData` alone does not.
 */
export function useData<T>(
  key: string | null,
  fetchData: (signal: AbortSignal) => Promise<T>,
  options: Options = {},
): Data<T> {
  const [state, setState] = useState<State<T>>({
    key: null,
    value: undefined,
    problem: undefined,
    isLoading: true,
    isSlow: false,
  });
  const latestFetch = useRef(fetchData);
  latestFetch.current = fetchData;
  const restart = useRef<() => void>(undefined);
  const { every, keep } = options;

  useEffect(() => {
    if (key === null) return;
    let controller = new AbortController();
    let timer = 0;
    let failures = 0;
    const schedule = (delay: number) => {
      timer = window.setTimeout(run, delay);
    };
    const run = async () => {
      if (document.hidden && every) return schedule(every);
      const { signal } = controller;
      const slowTimer = window.setTimeout(() => setState((old) => ({ ...old, isSlow: true })), SLOW_MS);
      try {
        const value = await latestFetch.current(signal);
        failures = 0;
        remember(key, value);
        if (signal.aborted) return;
        setState({ key, value, problem: undefined, isLoading: false, isSlow: false });
        if (every) schedule(every);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Problem)) throw error;
        setState((old) => ({
          key,
          value: old.key === key || keep ? old.value : undefined,
          problem: error,
          isLoading: false,
          isSlow: false,
        }));
        if (error.isTemporary) schedule(error.retryAfter ? error.retryAfter * 1000 : retryDelay(failures++));
      } finally {
        clearTimeout(slowTimer);
      }
    };
    const refetch = () => {
      controller.abort();
      clearTimeout(timer);
      controller = new AbortController();
      void run();
    };
    restart.current = () => {
      const cached = cache.get(key) as T | undefined;
      setState((old) => ({
        key,
        value: cached ?? (keep || old.key === key ? old.value : undefined),
        problem: undefined,
        isLoading: true,
        isSlow: false,
      }));
      refetch();
    };
    restart.current();
    addEventListener("online", refetch);
    addEventListener(REFETCH, refetch);
    return () => {
      restart.current = undefined;
      controller.abort();
      clearTimeout(timer);
      removeEventListener("online", refetch);
      removeEventListener(REFETCH, refetch);
    };
  }, [key, every, keep]);

  const reload = useCallback(() => restart.current?.(), []);
  const isCurrent = state.key === key || keep;
  return {
    value: isCurrent ? state.value : (cache.get(key ?? "") as T | undefined),
    problem: isCurrent ? state.problem : undefined,
    isStale: state.key !== key || state.isLoading,
    isSlow: state.isSlow,
    reload,
  };
}

const retryDelay = (failures: number): number => RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]!;

function remember(key: string, value: unknown): void {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size > CACHE_SIZE) cache.delete(cache.keys().next().value!);
}
