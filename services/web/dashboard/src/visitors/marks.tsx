import type { Visit } from "../api/types";
import type { Words } from "../i18n/words";
import { nameOfValue } from "../site/values";

/** A little picture of nothing but the id, so that one visitor can be told from another at a glance. */
export function VisitorMark({ id }: { id: string }) {
  const bits = [...id.replace(/-/g, "").slice(0, 15)].map((digit) => Number.parseInt(digit, 16));
  const cells = bits.flatMap((bit, index) => {
    const [x, y] = [Math.floor(index / 5), index % 5];
    if (bit % 2) return [];
    return x === 2 ? [`M${x} ${y}h1v1h-1z`] : [`M${x} ${y}h1v1h-1z`, `M${4 - x} ${y}h1v1h-1z`];
  });
  return (
    <svg class="visitor-mark" viewBox="-1 -1 7 7" aria-hidden="true" shape-rendering="crispEdges">
      <path d={cells.join("")} />
    </svg>
  );
}

/** "Wellington, New Zealand" */
export function where(seen: Pick<Visit, "city" | "country">, words: Words): string {
  const country = nameOfValue("country", seen.country, words);
  return seen.city ? `${seen.city}, ${country}` : country;
}
