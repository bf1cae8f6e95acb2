import { useI18n } from "../i18n/i18n";
import type { Session } from "../session/session";
import { Menu } from "../ui/Menu";
import { PageTitle } from "../ui/PageTitle";
import { AppearanceMenu } from "./AccountMenu";
import { Logo } from "./Brand";
import { LoginForm } from "./LoginForm";
import "./app.css";

export function LoginPage({ session }: { session: Session }) {
  const { t } = useI18n();
  return (
    <main class="login" id="main">
      <div class="brand">
        <Logo />
        PyUniqVisit
      </div>
      <div class="card stack">
        <PageTitle text={t("login")} />
        <LoginForm session={session} />
      </div>
      <footer>
        <a class="button ghost compact" href="/pair">
          {t("pair.device")}
        </a>
        <Menu class="button ghost compact" label={t("menu.look")}>
          {() => <AppearanceMenu />}
        </Menu>
      </footer>
    </main>
  );
}
