import type { Delivery, DeliveryList } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi } from "../session/context";
import { Bones, Empty, Moment, Trouble } from "../ui/bits";
import { Dialog } from "../ui/Dialog";

interface Props {
  path: string;
  title: string;
  onClose: () => void;
}

const EVERY_MS = 2000;

/** What an alert has told, and what became of it. */
export function Deliveries({ path, title, onClose }: Props) {
  const words = useWords();
  const { t } = words;
  const api = useApi();
  const found = useData(path, (signal) => api.get<DeliveryList>(path, undefined, signal), {
    every: EVERY_MS,
  });
  const deliveries = found.value?.deliveries;
  return (
    <Dialog title={title} onClose={onClose}>
      {found.problem && !deliveries && <Trouble problem={found.problem} onRetry={found.reload} />}
      {!deliveries && !found.problem && <Bones lines={3} />}
      {deliveries?.length === 0 && <Empty icon="clock">{t("deliveries.none")}</Empty>}
      {deliveries && deliveries.length > 0 && (
        <ol class="alerts">
          {deliveries.map((delivery) => (
            <li key={delivery.id}>
              <p class="row apart">
                <strong class="grow breakable">{delivery.message.title}</strong>
                <span class={delivery.sent_at ? "tag accent" : delivery.next_attempt_at ? "tag" : "tag bad"}>
                  {t(stateOf(delivery))}
                </span>
              </p>
              <p class="small muted">
                <Moment iso={delivery.created_at} />
                {!delivery.sent_at &&
                  delivery.next_attempt_at &&
                  delivery.attempts > 0 &&
                  ` · ${t("deliveries.next", { time: words.clock(delivery.next_attempt_at) })}`}
              </p>
              {delivery.error && <p class="small bad breakable">{delivery.error}</p>}
            </li>
          ))}
        </ol>
      )}
    </Dialog>
  );
}

const stateOf = ({ sent_at, next_attempt_at }: Delivery) =>
  sent_at ? "deliveries.sent" : next_attempt_at ? "deliveries.waiting" : "deliveries.failed";
