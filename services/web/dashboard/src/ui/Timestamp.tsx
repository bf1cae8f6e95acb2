/** Small things that many pages show. */

import { useI18n } from "../i18n/i18n";

/** The hour and minute of a moment, its whole date on a hover. */
export function Timestamp({ iso, zone }: { iso: string; zone?: string | undefined }) {
  const { dateTime } = useI18n();
  return <time dateTime={iso}>{dateTime(iso, zone)}</time>;
}
