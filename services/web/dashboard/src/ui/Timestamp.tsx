import { useI18n } from "../i18n/i18n";

/** A date with its time. */
export function Timestamp({ iso, zone }: { iso: string; zone?: string | undefined }) {
  const { dateTime } = useI18n();
  return <time dateTime={iso}>{dateTime(iso, zone)}</time>;
}
