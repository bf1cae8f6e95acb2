import { useWords } from "../i18n/words";
import type { Theme } from "../lib/preferences";
import { usePreferences } from "../lib/preferred";
import { useWho } from "../session/context";
import { Icon, type IconName } from "../ui/icons";
import { Menu } from "../ui/Menu";

const THEMES: readonly [Theme, IconName][] = [
  ["system", "screen"],
  ["light", "sun"],
  ["dark", "moon"],
];

/** Who one is, and how one likes it. */
export function AccountMenu() {
  const { t } = useWords();
  const { username, isAdmin, session } = useWho();
  return (
    <Menu
      end
      class="button bare icon"
      name={t("menu.account")}
      label={username ? <span class="avatar">{[...username][0]}</span> : <Icon name="gear" />}
    >
      {(close) => (
        <>
          {username && (
            <>
              <p class="title cut">{username}</p>
              <a class="item" href="/account" onClick={close}>
                <Icon name="user" />
                {t("menu.my-account")}
              </a>
              {isAdmin && (
                <>
                  <a class="item" href="/admin/users" onClick={close}>
                    <Icon name="key" />
                    {t("users.title")}
                  </a>
                  <a class="item" href="/admin/audit" onClick={close}>
                    <Icon name="clock" />
                    {t("audit.title")}
                  </a>
                </>
              )}
              <a class="item" href="/api/docs" target="_blank" rel="noreferrer" onClick={close}>
                <Icon name="link" />
                {t("menu.api")}
              </a>
              <hr />
            </>
          )}
          <Look />
          <hr />
          {username ? (
            <button type="button" class="item" onClick={() => void session.logOut()}>
              {t("logout")}
            </button>
          ) : (
            <a class="item" href="/">
              {t("login")}
            </a>
          )}
        </>
      )}
    </Menu>
  );
}

/** Theme and language. */
export function Look() {
  const { t, language } = useWords();
  const { preferences, prefer } = usePreferences();
  return (
    <>
      <div role="group" aria-label={t("menu.theme")}>
        {THEMES.map(([theme, icon]) => (
          <button
            key={theme}
            type="button"
            class="item"
            aria-pressed={preferences.theme === theme}
            onClick={() => prefer({ theme })}
          >
            <Icon name={icon} />
            {t(`theme.${theme}`)}
            {preferences.theme === theme && <Chosen />}
          </button>
        ))}
      </div>
      <hr />
      <div role="group" aria-label={t("menu.language")}>
        {(["en", "de"] as const).map((each) => (
          <button
            key={each}
            type="button"
            class="item"
            lang={each}
            aria-pressed={language === each}
            onClick={() => prefer({ language: each })}
          >
            {each === "en" ? "English" : "Deutsch"}
            {language === each && <Chosen />}
          </button>
        ))}
      </div>
    </>
  );
}

const Chosen = () => (
  <span class="chosen">
    <Icon name="check" />
  </span>
);
