import { useEffect, useRef } from "preact/hooks";
import { todayIn } from "../lib/days";
import { shifted, type View } from "../lib/view";
import { ofPeriod, PERIOD_KEYS, replaced } from "./PeriodPicker";
import type { ChangeView } from "./useView";

interface Wanted {
  view: View;
  change: ChangeView;
  zone: string;
  onFilter: () => void;
  onHelp: () => void;
}

/** Keys for those who do not reach for the mouse. They mean nothing while somebody writes. */
export function useShortcuts(wanted: Wanted): void {
  const latest = useRef(wanted);
  latest.current = wanted;

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.closest("input, select, textarea, dialog, .pop, [role=tablist]")) return;
      if (act(event.key, latest.current)) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

function act(key: string, { view, change, zone, onFilter, onHelp }: Wanted): boolean {
  const period = PERIOD_KEYS.find(([, letter]) => letter === key.toUpperCase())?.[0];
  if (period) change(ofPeriod(period));
  else if (key === "ArrowLeft" || key === "ArrowRight") {
    const moved = shifted(view, key === "ArrowLeft" ? -1 : 1, todayIn(zone, Date.now()));
    if (!moved) return false;
    change(replaced(moved));
  } else if (key === "/") onFilter();
  else if (key === "?") onHelp();
  else if (key.toUpperCase() === "P") change({ compare: view.compare ? undefined : "previous" });
  else if (key.toUpperCase() === "X" && view.filters.length) change({ filters: [] });
  else return false;
  return true;
}
