import { useEffect, useState } from "preact/hooks";
import { createI18n, type I18n, I18nContext, loadCatalog } from "../i18n/i18n";
import { PreferencesContext } from "../lib/PreferencesContext";
import { applyTheme, type Preferences, resolveLanguage, savePreferences } from "../lib/preferences";
import type { Session } from "../session/session";
import { Toasts } from "../ui/Toasts";
import { AuthGate } from "./AuthGate";

interface Props {
  session: Session;
  preferences: Preferences;
}

/** The whole application, in the user's language and theme. */
export function App({ session, preferences: initialPreferences }: Props) {
  const [preferences, setPreferences] = useState(initialPreferences);
  const [i18n, setI18n] = useState<I18n>();
  const language = resolveLanguage(preferences, navigator.languages);

  useEffect(() => {
    let isCurrent = true;
    void loadCatalog(language).then((catalog) => {
      if (!isCurrent) return;
      document.documentElement.lang = language;
      setI18n(createI18n(language, catalog));
    });
    return () => {
      isCurrent = false;
    };
  }, [language]);

  const updatePreferences = (changes: Partial<Preferences>) => {
    const next = { ...preferences, ...changes };
    savePreferences(next);
    applyTheme(next.theme);
    setPreferences(next);
  };

  if (!i18n) return null;
  return (
    <I18nContext.Provider value={i18n}>
      <PreferencesContext.Provider value={{ preferences, updatePreferences }}>
        <Toasts>
          <AuthGate session={session} />
        </Toasts>
      </PreferencesContext.Provider>
    </I18nContext.Provider>
  );
}
