import { useI18n } from "../i18n/i18n";
import { PageTitle } from "../ui/PageTitle";
import { SectionLayout } from "../ui/SectionLayout";
import { AuditLog } from "./AuditLog";
import { Users } from "./Users";

/** Pages for administrators of the install: users and the audit log. */
export function AdminPage({ page }: { page: string }) {
  const { t } = useI18n();
  const open = page === "audit" ? "audit" : "users";
  return (
    <main class="page stack wide" id="main">
      <PageTitle text={t(`${open}.title`)} />
      <SectionLayout
        label={t("admin.title")}
        current={open}
        sections={[
          { id: "users", label: t("users.title"), href: "/admin/users" },
          { id: "audit", label: t("audit.title"), href: "/admin/audit" },
        ]}
      >
        {open === "users" ? <Users /> : <AuditLog />}
      </SectionLayout>
    </main>
  );
}
