/** What happens at this moment. */

import type { Row } from "../api/types";

export interface Realtime {
  current_visitors: number;
  minutes: { time: string; visitors: number; pageviews: number }[];
  pages?: Row[];
  sources?: Row[];
  countries?: Row[];
}

export const currentVisitors = (realtime: Realtime): number => realtime.current_visitors;
