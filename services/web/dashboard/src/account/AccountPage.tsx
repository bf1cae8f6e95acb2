import { useI18n } from "../i18n/i18n";
import { PageTitle } from "../ui/PageTitle";
import { SectionLayout } from "../ui/SectionLayout";
import { ApiKeys } from "./ApiKeys";
import { LoginSessions } from "./LoginSessions";
import { Profile } from "./Profile";
import { TwoFactor } from "./TwoFactor";

const PAGES = ["", "security", "keys"] as const;

/** The user's own account: profile, security and API keys. */
export function AccountPage({ page }: { page: string }) {
  const { t } = useI18n();
  const open = PAGES.find((each) => each === page) ?? "";
  return (
    <main class="page stack wide" id="main">
      <PageTitle text={t("menu.my-account")} />
      <SectionLayout
        label={t("menu.my-account")}
        current={open}
        sections={PAGES.map((id) => ({
          id,
          label: t(`account.${id || "profile"}` as never),
          href: id ? `/account/${id}` : "/account",
        }))}
      >
        {open === "" && <Profile />}
        {open === "security" && (
          <>
            <TwoFactor />
            <LoginSessions />
          </>
        )}
        {open === "keys" && <ApiKeys />}
      </SectionLayout>
    </main>
  );
}
