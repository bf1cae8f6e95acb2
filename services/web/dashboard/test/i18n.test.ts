import { expect, test } from "vitest";
import { de } from "../src/i18n/de";
import { en } from "../src/i18n/en";
import { createI18n } from "../src/i18n/i18n";
import { resolveLanguage } from "../src/lib/preferences";

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test.each(Object.keys(en) as (keyof typeof en)[])("%s has the same placeholders in both languages", (key) => {
  expect(de[key]).not.toBe("");
  expect(placeholders(de[key])).toEqual(placeholders(en[key]));
});

test("counted texts have a singular and a plural", () => {
  const { plural } = createI18n("en", en);
  expect([plural("current", 1), plural("current", 2000)]).toEqual(["1 current visitor", "2,000 current visitors"]);
});

test("the browser's language is used until another one is chosen", () => {
  expect(resolveLanguage({ theme: "system", language: null }, ["fr", "de-AT", "en"])).toBe("de");
  expect(resolveLanguage({ theme: "system", language: "en" }, ["de"])).toBe("en");
  expect(resolveLanguage({ theme: "system", language: null }, ["fr"])).toBe("en");
});
