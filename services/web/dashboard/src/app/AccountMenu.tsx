import { useI18n } from "../i18n/i18n";
import { usePreferences } from "../lib/PreferencesContext";
import type { Theme } from "../lib/preferences";
import { useSession } from "../session/SessionContext";
import { Icon, type IconName } from "../ui/Icon";
import { Menu } from "../ui/Menu";

const THEMES: readonly [Theme, IconName][] = [
  ["system", "screen"],
  ["light", "sun"],
  ["dark", "moon"],
];

/** The menu of the account, the theme and the language. */
export function AccountMenu() {
  const { t } = useI18n();
  const { username, isAdmin, session } = useSession();
  return (
    <Menu
      alignEnd
      class="button ghost icon"
      accessibleName={t("menu.account")}
      label={username ? <span class="avatar">{[...username][0]}</span> : <Icon name="gear" />}
    >
      {(close) => (
        <>
          {username && (
            <>
              <p class="title truncate">{username}</p>
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
          <AppearanceMenu />
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

/** Menu items for theme and language. */
export function AppearanceMenu() {
  const { t, language } = useI18n();
  const { preferences, updatePreferences } = usePreferences();
  return (
    <>
      <div role="group" aria-label={t("menu.theme")}>
        {THEMES.map(([theme, icon]) => (
          <button
            key={theme}
            type="button"
            class="item"
            aria-pressed={preferences.theme === theme}
            onClick={() => updatePreferences({ theme })}
          >
            <Icon name={icon} />
            {t(`theme.${theme}`)}
            {preferences.theme === theme && <CheckMark />}
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
            onClick={() => updatePreferences({ language: each })}
          >
            {each === "en" ? "English" : "Deutsch"}
            {language === each && <CheckMark />}
          </button>
        ))}
      </div>
    </>
  );
}

const CheckMark = () => (
  <span class="check-mark">
    <Icon name="check" />
  </span>
);
