import { useWords } from "../i18n/words";
import type { Session } from "../session/session";
import { Title } from "../ui/bits";
import { Menu } from "../ui/Menu";
import { Look } from "./AccountMenu";
import { Mark } from "./Brand";
import { LogInForm } from "./LogInForm";
import "./shell.css";

export function LogInPage({ session }: { session: Session }) {
  const { t } = useWords();
  return (
    <main class="login" id="main">
      <div class="brand">
        <Mark />
        PyUniqVisit
      </div>
      <div class="card stack">
        <Title text={t("login")} />
        <LogInForm session={session} />
      </div>
      <footer>
        <a class="button bare tight" href="/pair">
          {t("pair.device")}
        </a>
        <Menu class="button bare tight" label={t("menu.look")}>
          {() => <Look />}
        </Menu>
      </footer>
    </main>
  );
}
