import type { Interval } from "./api";

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en");

/** 9999 -> 9,999; 12345 -> 12.3K */
export const count = (value: number): string => (value < 10_000 ? whole : compact).format(value);

/** 31.4 -> 31% */
export const percent = (value: number): string => `${Math.round(value)}%`;

/** 75 -> 1m 15s */
export function duration(seconds: number): string {
  const all = Math.round(seconds);
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor((all % 3600) / 60);
  if (hours) return `${hours}h ${minutes}m`;
  return minutes ? `${minutes}m ${all % 60}s` : `${all}s`;
}

const FORMATS: Record<Interval, Intl.DateTimeFormatOptions> = {
  hour: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { day: "numeric", month: "short" },
  week: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
};

/** The wall clock of the site: the offset in an ISO time says which, so it is dropped rather than converted. */
export function label(time: string, interval: Interval): string {
  const wall = new Date(time.length > 10 ? `${time.slice(0, 19)}Z` : time);
  return Number.isNaN(wall.getTime())
    ? time
    : new Intl.DateTimeFormat("en", { ...FORMATS[interval], timeZone: "UTC" }).format(wall);
}
