import { useI18n } from "../i18n/i18n";
import { Dialog } from "../ui/Dialog";
import { PERIOD_KEYS } from "./period/PeriodPicker";

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const keys: [string, string][] = [
    ...PERIOD_KEYS.map(([period, key]): [string, string] => [key, t(`period.${period}`)]),
    ["←", t("period.before")],
    ["→", t("period.after")],
    ["P", t("shortcuts.compare")],
    ["/", t("filter.more")],
    ["X", t("filter.clear")],
    ["?", t("shortcuts.title")],
  ];
  return (
    <Dialog title={t("shortcuts.title")} onClose={onClose}>
      <dl class="shortcuts">
        {keys.map(([key, description]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{description}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
