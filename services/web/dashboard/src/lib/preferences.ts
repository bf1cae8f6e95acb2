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
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}") as Partial<Preferences>;
    return {
      theme: stored.theme === "light" || stored.theme === "dark" ? stored.theme : DEFAULTS.theme,
      language: stored.language === "en" || stored.language === "de" ? stored.language : DEFAULTS.language,
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
