import type { Anomaly } from "../api/types";
import { useWords } from "../i18n/words";
import { because, describe } from "../insights/say";

/** That a day was not like the others, and a first guess why. */
export function Oddity({ anomaly }: { anomaly: Anomaly }) {
  const words = useWords();
  return (
    <p class="oddity">
      {describe(anomaly, words)}
      {anomaly.causes[0] && <span class="muted"> {because(anomaly, words)}</span>}
    </p>
  );
}
