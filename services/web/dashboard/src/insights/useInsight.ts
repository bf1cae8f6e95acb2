import { encode } from "../api/client";
import type { Insight } from "../api/types";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";

const POLL_MS = 2000;

export const insightPath = (site: string, report: string): string => `sites/${encode(site)}/insights/${report}`;

/** Fetches an insight, or nothing for null. While a refresh is requested, it polls. */
export function useInsight<T extends Insight>(site: string, report: string | null, days?: number, isRequested = false) {
  const api = useApi();
  const path = report && insightPath(site, report);
  return useData(path && `${path} ${days ?? ""}`, (signal) => api.get<T>(path!, { days }, signal), {
    every: isRequested ? POLL_MS : undefined,
  });
}
