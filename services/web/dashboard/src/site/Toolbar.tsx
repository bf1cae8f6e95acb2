import type { Summary } from "../api/types";
import { useI18n } from "../i18n/i18n";
import type { View } from "../lib/view";
import { CurrentVisitors } from "../realtime/CurrentVisitors";
import { Icon } from "../ui/Icon";
import { ComparisonPicker } from "./period/ComparisonPicker";
import { PeriodPicker } from "./period/PeriodPicker";
import type { ChangeView } from "./useView";

interface Props {
  site: string;
  view: View;
  changeView: ChangeView;
  zone: string;
  summary: Summary | undefined;
  onFilter: () => void;
}

/** The current visitors, and the controls for filters, comparison and period. */
export function Toolbar({ site, view, changeView, zone, summary, onFilter }: Props) {
  const { t } = useI18n();
  return (
    <div class="toolbar">
      <CurrentVisitors site={site} />
      <div class="toolbar-actions">
        <button type="button" class="button" onClick={onFilter}>
          <Icon name="filter" />
          {t("filter.add")}
        </button>
        <ComparisonPicker view={view} changeView={changeView} />
        <PeriodPicker view={view} changeView={changeView} zone={zone} summary={summary} />
      </div>
    </div>
  );
}
