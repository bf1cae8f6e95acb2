import { useWords } from "../i18n/words";
import { Title } from "../ui/bits";
import { Sections } from "../ui/Sections";
import { Keys } from "./Keys";
import { Profile } from "./Profile";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";

const PAGES = ["", "security", "keys"] as const;

/** One's own account. */
export function AccountPage({ page }: { page: string }) {
  const { t } = useWords();
  const open = PAGES.find((each) => each === page) ?? "";
  return (
    <main class="page stack wide" id="main">
      <Title text={t("menu.my-account")} />
      <Sections
        label={t("menu.my-account")}
        open={open}
        sections={PAGES.map((id) => ({
          id,
          label: t(`account.${id || "profile"}` as never),
          href: id ? `/account/${id}` : "/account",
        }))}
      >
        {open === "" && <Profile />}
        {open === "security" && (
          <>
            <SecondFactor />
            <Sessions />
          </>
        )}
        {open === "keys" && <Keys />}
      </Sections>
    </main>
  );
}
