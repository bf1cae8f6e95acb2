import { useI18n } from "../../i18n/i18n";
import { DEFAULT_LAYERS, LAYERS, type Layer, type View } from "../../lib/view";
import { Icon } from "../../ui/Icon";
import { Menu } from "../../ui/Menu";
import type { ChangeView } from "../useView";

interface Props {
  view: View;
  changeView: ChangeView;
}

/** Chooses what the chart shows in addition to the metric. */
export function LayerMenu({ view, changeView }: Props) {
  const { t } = useI18n();
  const shown = view.layers ?? DEFAULT_LAYERS;
  const toggle = (layer: Layer) =>
    changeView({ layers: LAYERS.filter((each) => (each === layer) !== shown.includes(each)) }, { replace: true });
  return (
    <Menu alignEnd class="button ghost icon" accessibleName={t("layers.title")} label={<Icon name="layers" />}>
      {() =>
        LAYERS.map((layer) => (
          <button
            key={layer}
            type="button"
            class="item"
            aria-pressed={shown.includes(layer)}
            onClick={() => toggle(layer)}
          >
            <span>
              {t(`layer.${layer}`)}
              <span class="hint">{t(`layer.${layer}.hint`)}</span>
            </span>
            {shown.includes(layer) && (
              <span class="check-mark">
                <Icon name="check" />
              </span>
            )}
          </button>
        ))
      }
    </Menu>
  );
}
