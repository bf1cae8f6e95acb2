import { useState } from "preact/hooks";
import type { Summary } from "../../api/types";
import { useI18n } from "../../i18n/i18n";
import { addDays, todayIn } from "../../lib/days";
import { fixedDateRange, type Period, shiftPeriod, type View } from "../../lib/view";
import { Icon } from "../../ui/Icon";
import { Menu } from "../../ui/Menu";
import type { ChangeView } from "../useView";
import { DateRangeDialog } from "./DateRangeDialog";

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
  changeView: ChangeView;
  zone: string;
  summary: Summary | undefined;
}

export function PeriodPicker({ view, changeView, zone, summary }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const [isCustom, setIsCustom] = useState(false);
  const today = todayIn(zone, Date.now());
  const [before, after] = [shiftPeriod(view, -1, today), shiftPeriod(view, 1, today)];
  const days = fixedDateRange(view);

  return (
    <div class="period">
      <button
        type="button"
        class="button icon"
        aria-label={t("period.before")}
        disabled={!before}
        onClick={() => before && changeView(withoutOldRange(before))}
      >
        <Icon name="left" />
      </button>
      <Menu
        alignEnd
        class="button"
        label={
          <>
            <span>{days ? i18n.dateRange(days.first, days.last) : t(`period.${view.period}`)}</span>
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
                  changeView(periodChange(period));
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
                setIsCustom(true);
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
        onClick={() => after && changeView(withoutOldRange(after))}
      >
        <Icon name="right" />
      </button>
      {isCustom && (
        <DateRangeDialog
          title={t("range.title")}
          first={view.from ?? summary?.from ?? addDays(today, -29)}
          last={view.to ?? (summary && summary.to < today ? summary.to : today)}
          max={today}
          onChoose={(from, to) => changeView({ ...NO_RANGE, period: "custom", from, to, interval: undefined })}
          onClose={() => setIsCustom(false)}
        />
      )}
    </div>
  );
}

const NO_RANGE = { until: undefined, from: undefined, to: undefined };

/** The change of view that selects a current period. */
export const periodChange = (period: Period): Partial<View> => ({ ...NO_RANGE, period, interval: undefined });

/** A view without leftovers of another period. */
export const withoutOldRange = (view: View): View => ({ ...NO_RANGE, ...view });
