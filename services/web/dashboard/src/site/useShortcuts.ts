import { useEffect, useRef } from "preact/hooks";
import { todayIn } from "../lib/days";
import { shiftPeriod, type View } from "../lib/view";
import { PERIOD_KEYS, periodChange, withoutOldRange } from "./period/PeriodPicker";
import type { ChangeView } from "./useView";

interface ShortcutActions {
  view: View;
  changeView: ChangeView;
  zone: string;
  onFilter: () => void;
  onHelp: () => void;
}

/** Keyboard shortcuts of the dashboard. They are off while an input, a menu or a dialog has the focus. */
export function useShortcuts(actions: ShortcutActions): void {
  const latest = useRef(actions);
  latest.current = actions;

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.closest("input, select, textarea, dialog, .popup, [role=tablist]")) return;
      if (handleKey(event.key, latest.current)) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

function handleKey(key: string, { view, changeView, zone, onFilter, onHelp }: ShortcutActions): boolean {
  const period = PERIOD_KEYS.find(([, letter]) => letter === key.toUpperCase())?.[0];
  if (period) changeView(periodChange(period));
  else if (key === "ArrowLeft" || key === "ArrowRight") {
    const moved = shiftPeriod(view, key === "ArrowLeft" ? -1 : 1, todayIn(zone, Date.now()));
    if (!moved) return false;
    changeView(withoutOldRange(moved));
  } else if (key === "/") onFilter();
  else if (key === "?") onHelp();
  else if (key.toUpperCase() === "P") changeView({ compare: view.compare ? undefined : "previous" });
  else if (key.toUpperCase() === "X" && view.filters.length) changeView({ filters: [] });
  else return false;
  return true;
}
