import { useEffect, useState } from "preact/hooks";
import type { Client, Summary } from "./api";
import { Chart } from "./Chart";
import { count, duration, percent } from "./format";
import type { Period } from "./periods";
import { useStats } from "./useStats";

interface Props {
  client: Client;
  site: string;
  period: Period;
  onError: (error: Error) => void;
}

const NUMBERS: readonly [string, (summary: Summary) => string][] = [
  ["Visitors", (summary) => count(summary.visitors)],
  ["Visits", (summary) => count(summary.visits)],
  ["Pageviews", (summary) => count(summary.pageviews)],
  ["Views per visit", (summary) => summary.views_per_visit.toFixed(2)],
  ["Bounce rate", (summary) => percent(summary.bounce_rate)],
  ["Visit duration", (summary) => duration(summary.visit_duration)],
];

export function SiteStats({ client, site, period, onError }: Props) {
  const [table, setTable] = useState(false);
  const { stats, error } = useStats(client, site, period);

  useEffect(() => {
    if (error) onError(error);
  }, [error]);

  return (
    <section aria-label={`Statistics of ${site}`} aria-busy={!stats}>
      <dl class="numbers">
        {NUMBERS.map(([name, read]) => (
          <div key={name} class="card">
            <dt>{name}</dt>
            <dd>{stats ? read(stats.summary) : "–"}</dd>
          </div>
        ))}
      </dl>
      <div class="card chart">{stats && <Chart {...stats.timeseries} table={table} onTable={setTable} />}</div>
    </section>
  );
}
