/** Labels of dimensions and of their values, which are always rendered as text. */

import type { I18n } from "../i18n/i18n";

const displayNamesCache = new Map<string, Intl.DisplayNames>();

function displayNames(language: string, type: Intl.DisplayNamesType): Intl.DisplayNames {
  const key = `${language} ${type}`;
  const names = displayNamesCache.get(key) ?? new Intl.DisplayNames(language, { type, fallback: "code" });
  displayNamesCache.set(key, names);
  return names;
}

export function valueLabel(dimension: string, value: string, i18n: I18n): string {
  if (!value) return i18n.lookup(`none.${dimension}`, i18n.t("none"));
  switch (dimension) {
    case "country":
      return displayName(i18n.language, "region", value);
    case "language":
      return displayName(i18n.language, "language", value);
    case "channel":
    case "device":
      return i18n.lookup(`${dimension}.${value}`, value);
    case "screen":
      return i18n.lookup(`screen.${value}`, value);
    case "page":
    case "entry":
    case "exit":
      return decodePath(value);
    default:
      return value;
  }
}

/** Decodes a path; one that is not UTF-8 stays as it is. */
function decodePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function displayName(language: string, type: Intl.DisplayNamesType, code: string): string {
  try {
    return displayNames(language, type).of(code) ?? code;
  } catch {
    return code;
  }
}

export function dimensionLabel(dimension: string, i18n: I18n): string {
  const key = dimension.startsWith("property.") ? dimension.slice("property.".length) : null;
  return key ?? i18n.lookup(`dimension.${dimension}`, dimension);
}
