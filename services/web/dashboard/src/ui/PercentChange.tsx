import { useI18n } from "../i18n/i18n";

interface Props {
  /** Percent; null when there is nothing to compare with. */
  percent: number | null;
  /** Whether a decrease is an improvement. */
  lowerIsBetter?: boolean;
}

/** A change in percent: the arrow shows its direction, the color whether it is an improvement. */
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
