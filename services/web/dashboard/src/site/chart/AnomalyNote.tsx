import type { Anomaly } from "../../api/types";
import { useI18n } from "../../i18n/i18n";
import { describeAnomaly, describeCauses } from "../../insights/describeInsight";

/** Describes an anomaly and its likely causes. */
export function AnomalyNote({ anomaly }: { anomaly: Anomaly }) {
  const i18n = useI18n();
  return (
    <p class="anomaly">
      {describeAnomaly(anomaly, i18n)}
      {anomaly.causes[0] && <span class="muted"> {describeCauses(anomaly, i18n)}</span>}
    </p>
  );
}
