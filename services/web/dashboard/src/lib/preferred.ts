import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Preferences } from "./preferences";

interface Preferred {
  preferences: Preferences;
  prefer: (changed: Partial<Preferences>) => void;
}

export const PreferencesContext = createContext<Preferred>({
  preferences: { theme: "system", language: null },
  prefer: () => undefined,
});

export const usePreferences = (): Preferred => useContext(PreferencesContext);
