import { useWords } from "../i18n/words";
import { LAYERS, type Layer, USUAL_LAYERS, type View } from "../lib/view";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/Menu";
import type { ChangeView } from "./useView";

interface Props {
  view: View;
  change: ChangeView;
}

/** What the graph shows besides what was. */
export function LayerMenu({ view, change }: Props) {
  const { t } = useWords();
  const shown = view.layers ?? USUAL_LAYERS;
  const toggle = (layer: Layer) =>
    change({ layers: LAYERS.filter((each) => (each === layer) !== shown.includes(each)) }, { replace: true });
  return (
    <Menu end class="button bare icon" name={t("layers.title")} label={<Icon name="layers" />}>
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
              <span class="chosen">
                <Icon name="check" />
              </span>
            )}
          </button>
        ))
      }
    </Menu>
  );
}
