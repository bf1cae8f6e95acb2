import { useState } from "preact/hooks";
import type { Timeseries } from "./api";
import { count, label } from "./format";
import { niceTop } from "./scale";

const WIDTH = 960;
const HEIGHT = 260;
const LEFT = 44;
const BOTTOM = 28;
const TOP = 12;

/** Visitors as bars, with a table that says the same. */
export function Chart({ interval, points }: Timeseries) {
  const [table, setTable] = useState(false);
  return (
    <figure>
      <figcaption>
        <h2>Visitors per {interval}</h2>
        <button class="quiet" aria-pressed={table} onClick={() => setTable(!table)}>
          Table
        </button>
      </figcaption>
      {table ? <Table interval={interval} points={points} /> : <Bars interval={interval} points={points} />}
    </figure>
  );
}

function Bars({ interval, points }: Timeseries) {
  const top = niceTop(Math.max(0, ...points.map((point) => point.visitors)));
  const step = (WIDTH - LEFT) / Math.max(points.length, 1);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const everyNth = Math.ceil(points.length / 8);
  const sum = points.reduce((total, point) => total + point.visitors, 0);

  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={describe(interval, points, sum)}>
      {[0, top / 2, top].map((value) => (
        <g key={value}>
          <line class="grid" x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} />
          <text class="axis" x={LEFT - 8} y={y(value) + 4} text-anchor="end">
            {count(value)}
          </text>
        </g>
      ))}
      {points.map((point, index) => (
        <g key={point.time} class="bar-group">
          <title>{`${label(point.time, interval)}: ${count(point.visitors)} visitors, ${count(point.pageviews)} pageviews`}</title>
          <rect class="target" x={LEFT + index * step} y={TOP} width={step} height={HEIGHT - TOP - BOTTOM} />
          <rect
            class="value"
            x={LEFT + index * step + step * 0.15}
            y={y(point.visitors)}
            width={step * 0.7}
            height={y(0) - y(point.visitors)}
            rx={Math.min(3, step * 0.2)}
          />
          {index % everyNth === 0 && (
            <text class="axis" x={LEFT + (index + 0.5) * step} y={HEIGHT - 8} text-anchor="middle">
              {label(point.time, interval)}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

function Table({ interval, points }: Timeseries) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Table of visitors per ${interval}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Visitors</th>
            <th scope="col">Pageviews</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.time}>
              <th scope="row">{label(point.time, interval)}</th>
              <td>{count(point.visitors)}</td>
              <td>{count(point.pageviews)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function describe(interval: string, points: Timeseries["points"], sum: number): string {
  const most = points.reduce((best, point) => Math.max(best, point.visitors), 0);
  return sum ? `Bars of visitors per ${interval}; the highest is ${count(most)}.` : "No visitors in this period.";
}
