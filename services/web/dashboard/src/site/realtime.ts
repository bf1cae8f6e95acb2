/** What happens at this moment. */

import type { Row } from "../api/types";

export interface Realtime {
  /** Of the last five minutes. */
  visitors: number;
  minutes: { time: string; visitors: number; pageviews: number }[];
  pages: Row[];
  sources: Row[];
  countries: Row[];
}
