/** Texts about insights. */

import type { Anomaly, Insight } from "../api/types";
import type { I18n } from "../i18n/i18n";
import { valueLabel } from "../site/dimensions";

/** An average per day, with a decimal if it is small. */
export const formatAverage = (value: number, i18n: I18n): string =>
  i18n.number(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));

/** "far more visitors: 210 instead of 80" */
export const describeAnomaly = (anomaly: Anomaly, i18n: I18n): string =>
  i18n.t(`anomaly.${anomaly.kind}`, {
    metric: i18n.t(`metric.${anomaly.metric}`),
    value: i18n.number(anomaly.value),
    expected: i18n.number(Math.round(anomaly.expected)),
  });

/** The likely causes of an anomaly. */
export const describeCauses = ({ causes }: Anomaly, i18n: I18n): string =>
  i18n.t("anomaly.cause", {
    causes: causes
      .slice(0, 2)
      .map(
        ({ dimension, value }) =>
          `${i18n.lookup(`dimension.${dimension}`, dimension)} ${valueLabel(dimension, value, i18n)}`,
      )
      .join(", "),
  });

/** Why an insight is unavailable, with how much data there is and how much it needs. */
export function whyUnavailable(insight: Insight, i18n: I18n): string {
  const missing = insight.too_little;
  if (!missing) return i18n.t("insight.not-yet");
  return i18n.t(`insight.${missing.reason}`, {
    have: formatAverage(missing.have, i18n),
    needed: formatAverage(missing.needed, i18n),
  });
}
