import { expect, test } from "vitest";
import { de } from "../src/i18n/de";
import { en } from "../src/i18n/en";
import { wordsOf } from "../src/i18n/words";
import { languageOf } from "../src/lib/preferences";

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test.each(Object.keys(en) as (keyof typeof en)[])("%s has the same parts in both languages", (key) => {
  expect(de[key]).not.toBe("");
  expect(placeholders(de[key])).toEqual(placeholders(en[key]));
});

test("there is a form for one and another for many", () => {
  const { n } = wordsOf("en", en);
  expect([n("current", 1), n("current", 2000)]).toEqual(["1 current visitor", "2,000 current visitors"]);
});

test("the browser's language counts until another one is chosen", () => {
  expect(languageOf({ theme: "system", language: null }, ["fr", "de-AT", "en"])).toBe("de");
  expect(languageOf({ theme: "system", language: "en" }, ["de"])).toBe("en");
  expect(languageOf({ theme: "system", language: null }, ["fr"])).toBe("en");
});
