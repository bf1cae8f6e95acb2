import { useEffect, useMemo, useState } from "preact/hooks";
import { type Catalog, loadCatalog, WordsContext, wordsOf } from "../i18n/words";
import { keepPreferences, languageOf, type Preferences, showTheme } from "../lib/preferences";
import { PreferencesContext } from "../lib/preferred";
import type { Session } from "../session/session";
import { Toasts } from "../ui/toasts";
import { Gate } from "./Gate";

interface Props {
  session: Session;
  preferences: Preferences;
}

/** Everything, in the language and the theme that somebody likes. */
export function App({ session, preferences: kept }: Props) {
  const [preferences, setPreferences] = useState(kept);
  const [catalog, setCatalog] = useState<Catalog>();
  const language = languageOf(preferences, navigator.languages);

  useEffect(() => {
    void loadCatalog(language).then((loaded) => {
      document.documentElement.lang = language;
      setCatalog(loaded);
    });
  }, [language]);

  const words = useMemo(() => catalog && wordsOf(language, catalog), [catalog]);
  const prefer = (changed: Partial<Preferences>) => {
    const next = { ...preferences, ...changed };
    keepPreferences(next);
    showTheme(next.theme);
    setPreferences(next);
  };

  if (!words) return null;
  return (
    <WordsContext.Provider value={words}>
      <PreferencesContext.Provider value={{ preferences, prefer }}>
        <Toasts>
          <Gate session={session} />
        </Toasts>
      </PreferencesContext.Provider>
    </WordsContext.Provider>
  );
}
