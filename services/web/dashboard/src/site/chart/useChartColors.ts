import { useEffect, useState } from "preact/hooks";
import { THEME_CHANGED } from "../../lib/preferences";
import type { ChartColors } from "./chartOptions";

/** The colors and the font of the current theme, for what is drawn on a canvas. */
export function useChartColors(): ChartColors {
  const [colors, setColors] = useState(readColors);
  useEffect(() => {
    const systemTheme = matchMedia("(prefers-color-scheme: dark)");
    const update = () => setColors(readColors());
    systemTheme.addEventListener("change", update);
    addEventListener(THEME_CHANGED, update);
    return () => {
      systemTheme.removeEventListener("change", update);
      removeEventListener(THEME_CHANGED, update);
    };
  }, []);
  return colors;
}

function readColors(): ChartColors {
  const style = getComputedStyle(document.body);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    accent: color("accent"),
    border: color("border"),
    muted: color("muted"),
    compared: color("compared"),
    surface: color("surface"),
    warn: color("warn"),
    font: style.fontFamily,
  };
}
