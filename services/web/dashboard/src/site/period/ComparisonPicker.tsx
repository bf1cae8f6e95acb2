import { useState } from "preact/hooks";
import { useI18n } from "../../i18n/i18n";
import { addDays, todayIn } from "../../lib/days";
import type { Comparison, View } from "../../lib/view";
import { Icon } from "../../ui/Icon";
import { Menu } from "../../ui/Menu";
import type { ChangeView } from "../useView";
import { DateRangeDialog } from "./DateRangeDialog";

interface Props {
  view: View;
  changeView: ChangeView;
}

/** Chooses the days to compare with. */
export function ComparisonPicker({ view, changeView }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const [isCustom, setIsCustom] = useState(false);
  const today = todayIn("UTC", Date.now());
  const compare = (comparison: Comparison | undefined) =>
    changeView({ compare: comparison, compareFrom: undefined, compareTo: undefined });
  return (
    <>
      <Menu
        alignEnd
        class={view.compare ? "button on" : "button"}
        label={
          <>
            {view.compare === "custom" && view.compareFrom && view.compareTo
              ? t("compare.with", { days: i18n.dateRange(view.compareFrom, view.compareTo) })
              : t(`compare.${view.compare ?? "none"}`)}
            <Icon name="down" />
          </>
        }
      >
        {(close) => (
          <>
            {([undefined, "previous", "year"] as const).map((comparison) => (
              <button
                key={comparison ?? ""}
                type="button"
                class="item"
                aria-current={view.compare === comparison ? "true" : undefined}
                onClick={() => {
                  compare(comparison);
                  close();
                }}
              >
                {t(comparison ? `compare.${comparison}` : "compare.off")}
              </button>
            ))}
            <button
              type="button"
              class="item"
              aria-current={view.compare === "custom" ? "true" : undefined}
              onClick={() => {
                close();
                setIsCustom(true);
              }}
            >
              {t("compare.custom")}
            </button>
          </>
        )}
      </Menu>
      {isCustom && (
        <DateRangeDialog
          title={t("compare.title")}
          first={view.compareFrom ?? addDays(today, -59)}
          last={view.compareTo ?? addDays(today, -30)}
          max={today}
          onChoose={(compareFrom, compareTo) => changeView({ compare: "custom", compareFrom, compareTo })}
          onClose={() => setIsCustom(false)}
        />
      )}
    </>
  );
}
