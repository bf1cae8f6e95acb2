import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Preferences } from "./preferences";

interface PreferencesContextValue {
  preferences: Preferences;
  updatePreferences: (changes: Partial<Preferences>) => void;
}

export const PreferencesContext = createContext<PreferencesContextValue>({
  preferences: { theme: "system", language: null },
  updatePreferences: () => undefined,
});

export const usePreferences = (): PreferencesContextValue => useContext(PreferencesContext);
