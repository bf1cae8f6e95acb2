/** Insights in words. */

import type { Anomaly, Insight } from "../api/types";
import type { Words } from "../i18n/words";
import { nameOfValue } from "../site/values";

/** A number a day; halves of visitors are worth a digit where there are few. */
export const average = (value: number, words: Words): string =>
  words.exact(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));

/** "far more visitors: 210 instead of 80" */
export const describe = (anomaly: Anomaly, words: Words): string =>
  words.t(`anomaly.${anomaly.kind}`, {
    metric: words.t(`metric.${anomaly.metric}`),
    value: words.exact(anomaly.value),
    expected: words.exact(Math.round(anomaly.expected)),
  });

/** The first guess why. */
export const because = ({ causes }: Anomaly, words: Words): string =>
  words.t("anomaly.cause", {
    causes: causes
      .slice(0, 2)
      .map(
        ({ dimension, value }) =>
          `${words.maybe(`dimension.${dimension}`, dimension)} ${nameOfValue(dimension, value, words)}`,
      )
      .join(", "),
  });

/** Why there is nothing to see, with what there is and what is needed. */
export function whyNot(insight: Insight, words: Words): string {
  const missing = insight.too_little;
  if (!missing) return words.t("insight.not-yet");
  return words.t(`insight.${missing.reason}`, {
    have: average(missing.have, words),
    needed: average(missing.needed, words),
  });
}
