import { useState } from "preact/hooks";
import { useWords } from "../i18n/words";
import { addDays, todayIn } from "../lib/days";
import type { Comparison, View } from "../lib/view";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/Menu";
import { RangeDialog } from "./RangeDialog";
import type { ChangeView } from "./useView";

interface Props {
  view: View;
  change: ChangeView;
}

/** What the numbers are compared with. */
export function ComparePicker({ view, change }: Props) {
  const words = useWords();
  const { t } = words;
  const [isCustom, setCustom] = useState(false);
  const today = todayIn("UTC", Date.now());
  const compare = (comparison: Comparison | undefined) =>
    change({ compare: comparison, compareFrom: undefined, compareTo: undefined });
  return (
    <>
      <Menu
        end
        class={view.compare ? "button on" : "button"}
        label={
          <>
            {view.compare === "custom" && view.compareFrom && view.compareTo
              ? t("compare.with", { days: words.days(view.compareFrom, view.compareTo) })
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
                setCustom(true);
              }}
            >
              {t("compare.custom")}
            </button>
          </>
        )}
      </Menu>
      {isCustom && (
        <RangeDialog
          title={t("compare.title")}
          first={view.compareFrom ?? addDays(today, -59)}
          last={view.compareTo ?? addDays(today, -30)}
          max={today}
          onChoose={(compareFrom, compareTo) => change({ compare: "custom", compareFrom, compareTo })}
          onClose={() => setCustom(false)}
        />
      )}
    </>
  );
}
