import { useState } from "preact/hooks";
import { useI18n } from "../../i18n/i18n";
import { type Day, isDay } from "../../lib/days";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/forms/Field";
import { Form } from "../../ui/forms/Form";

interface Props {
  title: string;
  first: Day;
  last: Day;
  max: Day;
  onChoose: (first: Day, last: Day) => void;
  onClose: () => void;
}

/** Asks for the first and the last day of a range. */
export function DateRangeDialog({ title, first, last, max, onChoose, onClose }: Props) {
  const { t } = useI18n();
  const [from, setFrom] = useState(first);
  const [to, setTo] = useState(last);
  const isGood = isDay(from) && isDay(to) && from <= to;
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        class="stack"
        submitLabel={t("apply")}
        isReady={isGood}
        onCancel={onClose}
        onSubmit={() => {
          onClose();
          onChoose(from, to);
        }}
      >
        <div class="two-columns">
          <TextField
            label={t("range.from")}
            type="date"
            required
            value={from}
            max={max}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
          <TextField
            label={t("range.to")}
            type="date"
            required
            value={to}
            min={from}
            max={max}
            error={from > to ? t("range.wrong") : undefined}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </div>
      </Form>
    </Dialog>
  );
}
