/** Insights in words. */

import type { Anomaly, Insight } from "../api/types";
import type { I18n } from "../i18n/i18n";
import { valueLabel } from "../site/dimensions";

/** A number a day; halves of visitors are worth a digit where there are few. */
export const formatAverage = (value: number, i18n: I18n): string =>
  i18n.number(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));

/** "far more visitors: 210 instead of 80" */
export const describeAnomaly = (anomaly: Anomaly, i18n: I18n): string =>
  i18n.t(`anomaly.${anomaly.kind}`, {
    metric: i18n.t(`metric.${anomaly.metric}`),
    value: i18n.number(anomaly.value),
    expected: i18n.number(Math.round(anomaly.expected)),
  });

/** The first guess why. */
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

/** Why there is nothing to see, with what there is and what is needed. */
export function whyUnavailable(insight: Insight, i18n: I18n): string {
  const missing = insight.too_little;
  if (!missing) return i18n.t("insight.not-yet");
  return i18n.t(`insight.${missing.reason}`, {
    have: formatAverage(missing.have, i18n),
    needed: formatAverage(missing.needed, i18n),
  });
}
