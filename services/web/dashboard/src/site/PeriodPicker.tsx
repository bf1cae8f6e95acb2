import { useState } from "preact/hooks";
import type { Summary } from "../api/types";
import { useWords } from "../i18n/words";
import { addDays, todayIn } from "../lib/days";
import { fixedDays, type Period, shifted, type View } from "../lib/view";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/Menu";
import { RangeDialog } from "./RangeDialog";
import type { ChangeView } from "./useView";

export const PERIOD_KEYS: readonly [Period, string][] = [
  ["day", "D"],
  ["7d", "W"],
  ["30d", "T"],
  ["month", "M"],
  ["6mo", "H"],
  ["year", "Y"],
  ["all", "A"],
];

interface Props {
  view: View;
  change: ChangeView;
  zone: string;
  summary: Summary | undefined;
}

export function PeriodPicker({ view, change, zone, summary }: Props) {
  const words = useWords();
  const { t } = words;
  const [isCustom, setCustom] = useState(false);
  const today = todayIn(zone, Date.now());
  const [before, after] = [shifted(view, -1, today), shifted(view, 1, today)];
  const days = fixedDays(view);

  return (
    <div class="period">
      <button
        type="button"
        class="button icon"
        aria-label={t("period.before")}
        disabled={!before}
        onClick={() => before && change(replaced(before))}
      >
        <Icon name="left" />
      </button>
      <Menu
        end
        class="button"
        label={
          <>
            <span>{days ? words.days(days.first, days.last) : t(`period.${view.period}`)}</span>
            <Icon name="down" />
          </>
        }
      >
        {(close) => (
          <>
            {PERIOD_KEYS.map(([period, key]) => (
              <button
                key={period}
                type="button"
                class="item"
                aria-current={!days && view.period === period ? "true" : undefined}
                onClick={() => {
                  change(ofPeriod(period));
                  close();
                }}
              >
                {t(`period.${period}`)}
                <kbd aria-hidden="true">{key}</kbd>
              </button>
            ))}
            <hr />
            <button
              type="button"
              class="item"
              aria-current={view.period === "custom" ? "true" : undefined}
              onClick={() => {
                close();
                setCustom(true);
              }}
            >
              {t("period.custom")}
            </button>
          </>
        )}
      </Menu>
      <button
        type="button"
        class="button icon"
        aria-label={t("period.after")}
        disabled={!after}
        onClick={() => after && change(replaced(after))}
      >
        <Icon name="right" />
      </button>
      {isCustom && (
        <RangeDialog
          title={t("range.title")}
          first={view.from ?? summary?.from ?? addDays(today, -29)}
          last={view.to ?? (summary && summary.to < today ? summary.to : today)}
          max={today}
          onChoose={(from, to) => change({ ...NOTHING, period: "custom", from, to, interval: undefined })}
          onClose={() => setCustom(false)}
        />
      )}
    </div>
  );
}

const NOTHING = { until: undefined, from: undefined, to: undefined };

/** A running period, in place of whatever was shown. */
export const ofPeriod = (period: Period): Partial<View> => ({ ...NOTHING, period, interval: undefined });

/** A view whose days are all that it says. */
export const replaced = (view: View): View => ({ ...NOTHING, ...view });
