import { useI18n } from "../i18n/i18n";

interface Props {
  /** Percent; null: there is nothing to compare with. */
  percent: number | null;
  /** Of a number that is the better the lower it is. */
  lowerIsBetter?: boolean;
}

/** By how much something changed: the arrow says where to, the colour whether that is good. */
export function PercentChange({ percent, lowerIsBetter = false }: Props) {
  const i18n = useI18n();
  if (percent === null) return null;
  const rounded = Math.round(percent);
  const isGood = rounded > 0 !== lowerIsBetter;
  return (
    <span class={`change ${rounded === 0 ? "" : isGood ? "good" : "worse"}`}>
      <span aria-hidden="true">{rounded === 0 ? "→" : rounded > 0 ? "↑" : "↓"}</span>
      <span class="visually-hidden">
        {i18n.t(rounded === 0 ? "change.same" : rounded > 0 ? "change.up" : "change.down")}{" "}
      </span>
      {Math.abs(rounded) > 999 ? `>${i18n.percent(999)}` : i18n.percent(Math.abs(rounded))}
    </span>
  );
}
