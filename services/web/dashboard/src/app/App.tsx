import { useEffect, useState } from "preact/hooks";
import { loadCatalog, type Words, WordsContext, wordsOf } from "../i18n/words";
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
  const [words, setWords] = useState<Words>();
  const language = languageOf(preferences, navigator.languages);

  useEffect(() => {
    let isCurrent = true;
    void loadCatalog(language).then((catalog) => {
      if (!isCurrent) return;
      document.documentElement.lang = language;
      setWords(wordsOf(language, catalog));
    });
    return () => {
      isCurrent = false;
    };
  }, [language]);

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
