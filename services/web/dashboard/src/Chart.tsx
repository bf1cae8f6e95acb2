import type { Timeseries } from "./api";
import { Bars } from "./Bars";
import { Table } from "./Table";

interface Props extends Timeseries {
  table: boolean;
  onTable: (table: boolean) => void;
}

/** Visitors over time, as bars or as a table that says the same. */
export function Chart({ interval, points, table, onTable }: Props) {
  const View = table ? Table : Bars;
  return (
    <figure>
      <figcaption>
        <h2>Visitors per {interval}</h2>
        <button class="quiet" aria-pressed={table} onClick={() => onTable(!table)}>
          Table
        </button>
      </figcaption>
      <View interval={interval} points={points} />
    </figure>
  );
}
