import type { Visit } from "../api/types";
import type { I18n } from "../i18n/i18n";
import { valueLabel } from "../site/dimensions";

/** A small picture made from the visitor's id, which makes visitors distinguishable at a glance. */
export function VisitorIcon({ id }: { id: string }) {
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
export function placeLabel(seen: Pick<Visit, "city" | "country">, i18n: I18n): string {
  const country = valueLabel("country", seen.country, i18n);
  return seen.city ? `${seen.city}, ${country}` : country;
}
