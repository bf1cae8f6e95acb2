/** Numbers, durations and times as a language writes them. */

export interface Formats {
  /** 9999 -> 9,999; 12345 -> 12.3K */
  compact(value: number): string;
  /** 12345 -> 12,345 */
  number(value: number): string;
  /** 31.44 -> 31.4 % */
  percent(value: number, digits?: number): string;
  decimal(value: number): string;
  /** 75 -> 1m 15s */
  duration(seconds: number): string;
  /** A day YYYY-MM-DD as a date. */
  date(iso: string): string;
  /** A date range without repeated parts: Nov 1 – 22, 2026 */
  dateRange(first: string, last: string): string;
  dateTime(iso: string, zone?: string): string;
  time(iso: string, zone?: string): string;
  /** "3 minutes ago" */
  relativeTime(iso: string, now: number): string;
}

const cached = new Map<string, Formats>();

export function getFormats(language: string): Formats {
  const cachedFormats = cached.get(language);
  if (cachedFormats) return cachedFormats;
  const formats = createFormats(language);
  cached.set(language, formats);
  return formats;
}

function createFormats(language: string): Formats {
  const whole = new Intl.NumberFormat(language);
  const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const two = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const at = (iso: string) => new Date(`${iso}T00:00:00Z`);
  return {
    compact: (value) => (Math.abs(value) < 10_000 ? whole : compact).format(value),
    number: (value) => whole.format(value),
    percent: (value, digits = 0) =>
      new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: digits }).format(value / 100),
    decimal: (value) => two.format(value),
    duration,
    date: (iso) => day.format(at(iso)),
    dateRange: (first, last) => (first === last ? day.format(at(first)) : day.formatRange(at(first), at(last))),
    dateTime: (iso, zone) =>
      new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", ...inZone(zone) }).format(
        new Date(iso),
      ),
    time: (iso, zone) =>
      new Intl.DateTimeFormat(language, {
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        hourCycle: "h23",
        ...inZone(zone),
      }).format(new Date(iso)),
    relativeTime: (iso, now) => {
      const [amount, unit] = largestUnit((Date.parse(iso) - now) / 1000);
      return relative.format(amount, unit);
    },
  };
}

const inZone = (zone: string | undefined) => (zone ? { timeZone: zone } : {});

export function duration(seconds: number): string {
  const all = Math.round(seconds);
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor((all % 3600) / 60);
  if (hours) return `${hours}h ${minutes}m`;
  return minutes ? `${minutes}m ${all % 60}s` : `${all}s`;
}

const UNITS: readonly [number, Intl.RelativeTimeFormatUnit][] = [
  [60, "second"],
  [60, "minute"],
  [24, "hour"],
  [30, "day"],
  [12, "month"],
];

/** Converts seconds to the largest fitting unit; negative seconds are in the past. */
function largestUnit(seconds: number): [number, Intl.RelativeTimeFormatUnit] {
  let amount = seconds;
  for (const [size, unit] of UNITS) {
    if (Math.abs(amount) < size) return [Math.round(amount), unit];
    amount /= size;
  }
  return [Math.round(amount), "year"];
}

/** The change from `before` to `now` in percent; null if it is undefined. */
export function percentChange(now: number, before: number): number | null {
  if (!before) return now ? null : 0;
  return ((now - before) / before) * 100;
}
