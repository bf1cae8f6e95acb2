/** Translations and formats of the user's language. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Formats, getFormats } from "../lib/format";
import type { Language } from "../lib/preferences";
import { en } from "./en";

export type MessageKey = keyof typeof en;
export type Catalog = Readonly<Record<MessageKey, string>>;
export type Placeholders = Readonly<Record<string, string | number>>;

/** Keys of texts with a singular and a plural form. */
export type PluralKey = { [K in MessageKey]: K extends `${infer Stem}.one` ? Stem : never }[MessageKey];

export interface I18n extends Formats {
  language: Language;
  t(key: MessageKey, parts?: Placeholders): string;
  /** "1 visitor", "3 visitors" */
  plural(key: PluralKey, count: number): string;
  /** The text of a computed key; `fallback` if there is none. */
  lookup(key: string, otherwise: string): string;
}

export function createI18n(language: Language, catalog: Catalog): I18n {
  const formats = getFormats(language);
  const plurals = new Intl.PluralRules(language);
  const t = (key: MessageKey, parts?: Placeholders) => interpolate(catalog[key], parts);
  return {
    ...formats,
    language,
    t,
    plural: (key, count) =>
      t(`${key}.${plurals.select(count) === "one" ? "one" : "other"}` as MessageKey, { n: formats.number(count) }),
    lookup: (key, otherwise) => (catalog as Record<string, string | undefined>)[key] ?? otherwise,
  };
}

const interpolate = (text: string, parts: Placeholders | undefined): string =>
  parts ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(parts[name] ?? whole)) : text;

/** Loads only the catalog that is needed. */
export async function loadCatalog(language: Language): Promise<Catalog> {
  return language === "de" ? (await import("./de")).de : en;
}

export const I18nContext = createContext<I18n>(createI18n("en", en));

export const useI18n = (): I18n => useContext(I18nContext);
