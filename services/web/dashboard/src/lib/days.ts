/** Calendar days as YYYY-MM-DD, without time and time zone. */

export type Day = string;

const MS = 86_400_000;

const toDate = (day: Day): Date => new Date(`${day}T00:00:00Z`);
const toDay = (date: Date): Day => date.toISOString().slice(0, 10);

export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(toDate(text).getTime());

export const addDays = (day: Day, days: number): Day => toDay(new Date(toDate(day).getTime() + days * MS));

/** The first day of the month that is `months` after the month of `day`. */
export function firstOfMonth(day: Day, months = 0): Day {
  const date = toDate(day);
  return toDay(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)));
}

export const lastOfMonth = (day: Day, months = 0): Day => addDays(firstOfMonth(day, months + 1), -1);

/** The number of days from `first` to `last`, both included. */
export const countDays = (first: Day, last: Day): number =>
  Math.round((toDate(last).getTime() - toDate(first).getTime()) / MS) + 1;

/** The current day in a time zone. */
export function todayIn(zone: string, now: number): Day {
  // Sweden writes dates as ISO 8601 does.
  try {
    return new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(now);
  } catch {
    return toDay(new Date(now));
  }
}
