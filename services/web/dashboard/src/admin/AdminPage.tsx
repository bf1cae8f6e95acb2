import { useWords } from "../i18n/words";
import { Title } from "../ui/bits";
import { Sections } from "../ui/Sections";
import { AuditLog } from "./AuditLog";
import { Users } from "./Users";

/** What administrators of the install see to. */
export function AdminPage({ page }: { page: string }) {
  const { t } = useWords();
  const open = page === "audit" ? "audit" : "users";
  return (
    <main class="page stack wide" id="main">
      <Title text={t(`${open}.title`)} />
      <Sections
        label={t("admin.title")}
        open={open}
        sections={[
          { id: "users", label: t("users.title"), href: "/admin/users" },
          { id: "audit", label: t("audit.title"), href: "/admin/audit" },
        ]}
      >
        {open === "users" ? <Users /> : <AuditLog />}
      </Sections>
    </main>
  );
}
