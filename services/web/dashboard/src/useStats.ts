import { useEffect, useState } from "preact/hooks";
import type { Client, Summary, Timeseries } from "./api";
import type { Period } from "./periods";

const REFRESH_MS = 5000;

export interface Stats {
  summary: Summary;
  timeseries: Timeseries;
}

interface State {
  stats?: Stats;
  error?: Error;
}

/** The numbers of a site; those of the running day are asked for again every five seconds. */
export function useStats(client: Client, site: string, period: Period): State {
  const [state, setState] = useState<State>({});

  useEffect(() => {
    let wanted = true;
    let timer = 0;
    const load = async () => {
      try {
        const [summary, timeseries] = await Promise.all([
          client.summary(site, period.value),
          client.timeseries(site, period.value, period.interval),
        ]);
        if (wanted) setState({ stats: { summary, timeseries } });
      } catch (error) {
        // Numbers that were right a moment ago stay, with the error beside them.
        if (wanted) setState((before) => ({ ...before, error: error as Error }));
      }
      if (wanted && period.value === "day") timer = window.setTimeout(load, REFRESH_MS);
    };
    setState({});
    void load();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [client, site, period]);

  return state;
}
