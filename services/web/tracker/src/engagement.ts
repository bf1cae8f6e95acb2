export interface Engagement {
  engaged_ms: number;
  /** The deepest point seen, in percent of the page. */
  scroll: number;
}

/**
 * Returns a function that measures how long and how far down the page is read.
 *
 * It is called on activity at `now` (milliseconds), with whether the page has the user's attention from then on.
 * With `reporting` it returns the engagement since the last report, or nothing if there was none.
 */
export const createEngagementMeter = (): ((
  now: number,
  attention: boolean,
  reporting: boolean,
) => Engagement | false | undefined) => {
  let wasAttentive = false;
  let last = 0;
  let engaged_ms = 0;
  let depth = 0;

  return (now, attention, reporting) => {
    if (wasAttentive) {
      // More than a minute without activity is an abandoned tab, not engagement.
      engaged_ms += Math.min(now - last, 60_000);
      depth = Math.max(depth, scrollY + innerHeight);
    }
    last = now;
    wasAttentive = attention;
    if (reporting && depth) {
      const report = { engaged_ms, scroll: (100 * depth) / document.documentElement.scrollHeight };
      engaged_ms = depth = 0;
      return report;
    }
    return;
  };
};
