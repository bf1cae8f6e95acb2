import type { Summary } from "../api/types";
import { useWords } from "../i18n/words";
import type { View } from "../lib/view";
import { Icon } from "../ui/icons";
import { ComparePicker } from "./ComparePicker";
import { CurrentVisitors } from "./CurrentVisitors";
import { PeriodPicker } from "./PeriodPicker";
import type { ChangeView } from "./useView";

interface Props {
  site: string;
  view: View;
  change: ChangeView;
  zone: string;
  summary: Summary | undefined;
  onFilter: () => void;
}

/** Who is here now, and what the page is about. */
export function Toolbar({ site, view, change, zone, summary, onFilter }: Props) {
  const { t } = useWords();
  return (
    <div class="toolbar">
      <CurrentVisitors site={site} />
      <div class="choices">
        <button type="button" class="button" onClick={onFilter}>
          <Icon name="filter" />
          {t("filter.add")}
        </button>
        <ComparePicker view={view} change={change} />
        <PeriodPicker view={view} change={change} zone={zone} summary={summary} />
      </div>
    </div>
  );
}
