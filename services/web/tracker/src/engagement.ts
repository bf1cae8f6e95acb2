export interface Seen {
  engaged_ms: number;
  /** Depth reached, in percent of the page. */
  scroll: number;
}

/**
 * Measures attention: time that the page had it, and how far down the page was seen meanwhile.
 *
 * The function takes a sign of life at `now` (milliseconds), and whether the page has attention from here on.
 * With `reporting` it gives what was seen since the last report, nothing where nothing was.
 */
export const engagement = (): ((now: number, attention: boolean, reporting: boolean) => Seen | false | undefined) => {
  let attentive = false;
  let last = 0;
  let engaged_ms = 0;
  let depth = 0;

  return (now, attention, reporting) => {
    if (attentive) {
      // More than a minute without a sign is a tab left open, not attention.
      engaged_ms += Math.min(now - last, 60_000);
      depth = Math.max(depth, scrollY + innerHeight);
    }
    last = now;
    attentive = attention;
    if (reporting && depth) {
      const seen = { engaged_ms, scroll: (100 * depth) / document.documentElement.scrollHeight };
      engaged_ms = depth = 0;
      return seen;
    }
    return;
  };
};
