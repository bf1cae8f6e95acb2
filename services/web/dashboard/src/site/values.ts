/** Values of dimensions as people call them. They are shown as text, whatever is in them. */

import type { Words } from "../i18n/words";

const names = new Map<string, Intl.DisplayNames>();

function displayNames(language: string, type: Intl.DisplayNamesType): Intl.DisplayNames {
  const key = `${language} ${type}`;
  const known = names.get(key) ?? new Intl.DisplayNames(language, { type, fallback: "code" });
  names.set(key, known);
  return known;
}

export function nameOfValue(dimension: string, value: string, words: Words): string {
  if (!value) return words.maybe(`none.${dimension}`, words.t("none"));
  switch (dimension) {
    case "country":
      return named(words.language, "region", value);
    case "language":
      return named(words.language, "language", value);
    case "channel":
    case "device":
      return words.maybe(`${dimension}.${value}`, value);
    case "screen":
      return words.maybe(`screen.${value}`, value);
    case "page":
    case "entry":
    case "exit":
      return decoded(value);
    default:
      return value;
  }
}

/** A path as people type it; one that is no UTF-8 stays as it is. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function named(language: string, type: Intl.DisplayNamesType, code: string): string {
  try {
    return displayNames(language, type).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The dimension that says more about a value of this one. */
export const FINER: Readonly<Record<string, string>> = {
  country: "region",
  region: "city",
  browser: "browser_version",
  os: "os_version",
  channel: "source",
  source: "referrer",
};
