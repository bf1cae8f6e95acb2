import type { Timeseries } from "./api";
import { count, label } from "./format";

/** What the graph shows, in figures. */
export function Table({ interval, points }: Timeseries) {
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
