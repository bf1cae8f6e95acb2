/** The buckets of a chart: their times and labels, and which one is not over yet. */

import type { Point } from "../../api/types";
import type { Interval } from "../../lib/view";

/** The site's wall clock as if it were UTC: labels show local time, so the offset is dropped instead of converted. */
export const wallClock = (time: string): number => Date.parse(`${time.slice(0, 19)}Z`);

const MINUTES: Record<Interval, number> = { hour: 60, day: 1440, week: 7 * 1440, month: 31 * 1440 };

/** Whether the bucket that starts at `time` is not over at `now`. */
export function isRunning(time: string, interval: Interval, now: number): boolean {
  const start = Date.parse(time);
  if (interval !== "month") return now < start + MINUTES[interval] * 60_000;
  const [year, month] = [Number(time.slice(0, 4)), Number(time.slice(5, 7))];
  return now < start + (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1));
}

const SHORT_FORMATS: Record<Interval, Intl.DateTimeFormatOptions> = {
  hour: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { day: "numeric", month: "short" },
  week: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
};

const LONG_FORMATS: Record<Interval, Intl.DateTimeFormatOptions> = {
  hour: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { weekday: "short", day: "numeric", month: "long", year: "numeric" },
  week: { day: "numeric", month: "long", year: "numeric" },
  month: { month: "long", year: "numeric" },
};

/** The label below the axis. Hours of several days include the day. */
export const shortLabel = (time: string, interval: Interval, language: string, severalDays = false): string =>
  formatBucket(
    time,
    severalDays && interval === "hour" ? { ...SHORT_FORMATS.day, ...SHORT_FORMATS.hour } : SHORT_FORMATS[interval],
    language,
  );

/** The label in the tooltip and the table. */
export const longLabel = (time: string, interval: Interval, language: string): string =>
  formatBucket(time, LONG_FORMATS[interval], language);

const formatBucket = (time: string, format: Intl.DateTimeFormatOptions, language: string): string =>
  new Intl.DateTimeFormat(language, { ...format, timeZone: "UTC" }).format(wallClock(time));

/** The day on which a bucket starts, in the site's time zone. */
export const bucketDay = (point: Point): string => point.time.slice(0, 10);
