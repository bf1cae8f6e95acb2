/** The user's preferences, the only data that is kept in local storage. */

export type Theme = "system" | "light" | "dark";
export type Language = "en" | "de";

export interface Preferences {
  theme: Theme;
  /** null for the browser's language. */
  language: Language | null;
}

const STORAGE_KEY = "preferences";
const DEFAULTS: Preferences = { theme: "system", language: null };

export function loadPreferences(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}") as Partial<Preferences>;
    return {
      theme: kept.theme === "light" || kept.theme === "dark" ? kept.theme : DEFAULTS.theme,
      language: kept.language === "en" || kept.language === "de" ? kept.language : DEFAULTS.language,
    };
  } catch {
    return DEFAULTS;
  }
}

export function savePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(preferences));
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
}

/** The event after which colors read from the style sheet are outdated. */
export const THEME_CHANGED = "themechange";

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event(THEME_CHANGED));
}

export const resolveLanguage = (preferences: Preferences, browser: readonly string[]): Language =>
  preferences.language ??
  (browser
    .find((each) => /^(de|en)\b/i.test(each))
    ?.slice(0, 2)
    .toLowerCase() as Language | undefined) ??
  "en";
