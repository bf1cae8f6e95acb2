import type { Interval } from "./api";

export interface Period {
  value: string;
  label: string;
  interval: Interval;
}

export const PERIODS: readonly Period[] = [
  { value: "day", label: "Today", interval: "hour" },
  { value: "7d", label: "7 days", interval: "day" },
  { value: "30d", label: "30 days", interval: "day" },
  { value: "month", label: "This month", interval: "day" },
  { value: "6mo", label: "6 months", interval: "month" },
  { value: "year", label: "This year", interval: "month" },
  { value: "all", label: "All time", interval: "month" },
];
