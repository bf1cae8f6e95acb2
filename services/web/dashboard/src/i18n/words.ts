/** Words of the language somebody reads. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Formats, formatsFor } from "../lib/format";
import type { Language } from "../lib/preferences";
import { en } from "./en";

export type Key = keyof typeof en;
export type Catalog = Readonly<Record<Key, string>>;
export type Parts = Readonly<Record<string, string | number>>;

/** Keys of texts that have a form for one and another for many. */
export type CountedKey = { [K in Key]: K extends `${infer Stem}.one` ? Stem : never }[Key];

export interface Words extends Formats {
  language: Language;
  t(key: Key, parts?: Parts): string;
  /** "1 visitor", "3 visitors" */
  n(key: CountedKey, count: number): string;
  /** A text whose key is put together; `otherwise` where there is none. */
  maybe(key: string, otherwise: string): string;
}

export function wordsOf(language: Language, catalog: Catalog): Words {
  const formats = formatsFor(language);
  const plurals = new Intl.PluralRules(language);
  const t = (key: Key, parts?: Parts) => fill(catalog[key], parts);
  return {
    ...formats,
    language,
    t,
    n: (key, count) =>
      t(`${key}.${plurals.select(count) === "one" ? "one" : "other"}` as Key, { n: formats.exact(count) }),
    maybe: (key, otherwise) => (catalog as Record<string, string | undefined>)[key] ?? otherwise,
  };
}

const fill = (text: string, parts: Parts | undefined): string =>
  parts ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(parts[name] ?? whole)) : text;

/** Only a language that is wanted is loaded. */
export async function loadCatalog(language: Language): Promise<Catalog> {
  return language === "de" ? (await import("./de")).de : en;
}

export const WordsContext = createContext<Words>(wordsOf("en", en));

export const useWords = (): Words => useContext(WordsContext);
