import type { Delivery, DeliveryList } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi } from "../session/SessionContext";
import { Dialog } from "../ui/Dialog";
import { EmptyState } from "../ui/EmptyState";
import { ErrorAlert } from "../ui/ErrorAlert";
import { SkeletonLines } from "../ui/Skeleton";
import { Timestamp } from "../ui/Timestamp";

interface Props {
  path: string;
  title: string;
  onClose: () => void;
}

const POLL_MS = 2000;

/** The messages an alert has sent, and their delivery status. */
export function AlertDeliveries({ path, title, onClose }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useApi();
  const data = useData(path, (signal) => api.get<DeliveryList>(path, undefined, signal), {
    every: POLL_MS,
  });
  const deliveries = data.value?.deliveries;
  return (
    <Dialog title={title} onClose={onClose}>
      {data.problem && !deliveries && <ErrorAlert problem={data.problem} onRetry={data.reload} />}
      {!deliveries && !data.problem && <SkeletonLines lines={3} />}
      {deliveries?.length === 0 && <EmptyState icon="clock">{t("deliveries.none")}</EmptyState>}
      {deliveries && deliveries.length > 0 && (
        <ol class="alerts">
          {deliveries.map((delivery) => (
            <li key={delivery.id}>
              <p class="row between">
                <strong class="grow break-anywhere">{delivery.message.title}</strong>
                <span class={delivery.sent_at ? "tag accent" : delivery.next_attempt_at ? "tag" : "tag bad"}>
                  {t(statusKey(delivery))}
                </span>
              </p>
              <p class="small muted">
                <Timestamp iso={delivery.created_at} />
                {!delivery.sent_at &&
                  delivery.next_attempt_at &&
                  delivery.attempts > 0 &&
                  ` · ${t("deliveries.next", { time: i18n.time(delivery.next_attempt_at) })}`}
              </p>
              {delivery.error && <p class="small bad break-anywhere">{delivery.error}</p>}
            </li>
          ))}
        </ol>
      )}
    </Dialog>
  );
}

const statusKey = ({ sent_at, next_attempt_at }: Delivery) =>
  sent_at ? "deliveries.sent" : next_attempt_at ? "deliveries.waiting" : "deliveries.failed";
