import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { User, UserList } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useData } from "../lib/useData";
import { useApi, useSession } from "../session/SessionContext";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { ErrorAlert } from "../ui/ErrorAlert";
import { FormError } from "../ui/forms/Form";
import { useSubmission } from "../ui/forms/useSubmission";
import { Icon } from "../ui/Icon";
import { Menu } from "../ui/Menu";
import { SettingsCard } from "../ui/SettingsCard";
import { SkeletonLines } from "../ui/Skeleton";
import { Timestamp } from "../ui/Timestamp";
import { NewUserDialog, SetPasswordDialog } from "./UserDialogs";

type OpenDialog = { kind: "new" } | { kind: "delete" | "password"; user: User };

/** The user accounts, and what an administrator can do with each. */
export function Users() {
  const { t } = useI18n();
  const api = useApi();
  const { username: me } = useSession();
  const users = useData("users", (signal) => api.get<UserList>("users", undefined, signal));
  const [open, setOpen] = useState<OpenDialog>();
  const form = useSubmission();
  const change = (user: User, changes: object) =>
    void form
      .run(() => api.patch(`users/${encode(user.username)}`, changes), t("saved"))
      .then((done) => done && users.reload());
  return (
    <SettingsCard
      title={t("users.title")}
      text={t("users.text")}
      actions={
        <button type="button" class="button primary" onClick={() => setOpen({ kind: "new" })}>
          <Icon name="plus" />
          {t("users.new")}
        </button>
      }
    >
      <FormError submission={form} />
      {users.problem && <ErrorAlert problem={users.problem} onRetry={users.reload} />}
      {!users.value && !users.problem && <SkeletonLines lines={3} />}
      {users.value && (
        <div>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t("login.username")}</th>
                <th scope="col">{t("users.sites")}</th>
                <th scope="col" class="wide-only">
                  {t("users.since")}
                </th>
                <th scope="col">
                  <span class="visually-hidden">{t("actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {users.value.users.map((user) => (
                <tr key={user.username}>
                  <th scope="row">
                    <span class="break-anywhere">{user.username}</span>{" "}
                    {user.is_admin && <span class="tag accent">{t("users.admin")}</span>}{" "}
                    {user.disabled && <span class="tag bad">{t("users.disabled")}</span>}{" "}
                    {user.second_factor && <span class="tag">{t("users.factor")}</span>}
                  </th>
                  <td class="muted break-anywhere">
                    {user.is_admin ? t("users.all-sites") : user.sites.join(", ") || "–"}
                  </td>
                  <td class="muted wide-only">
                    <Timestamp iso={user.created_at} />
                  </td>
                  <td class="end">
                    {user.username !== me && (
                      <Menu
                        alignEnd
                        class="button compact ghost"
                        accessibleName={t("users.change", { name: user.username })}
                        label={t("edit")}
                      >
                        {(close) => {
                          const item = (label: string, onSelect: () => void) => (
                            <button
                              type="button"
                              class="item"
                              onClick={() => {
                                close();
                                onSelect();
                              }}
                            >
                              {label}
                            </button>
                          );
                          return (
                            <>
                              {item(t("users.set-password"), () => setOpen({ kind: "password", user }))}
                              {item(t(user.is_admin ? "users.make-normal" : "users.make-admin"), () =>
                                change(user, { is_admin: !user.is_admin }),
                              )}
                              {item(t(user.disabled ? "users.enable" : "users.disable"), () =>
                                change(user, { disabled: !user.disabled }),
                              )}
                              {user.second_factor &&
                                item(t("users.turn-off-factor"), () => change(user, { second_factor: false }))}
                              <hr />
                              {item(t("delete"), () => setOpen({ kind: "delete", user }))}
                            </>
                          );
                        }}
                      </Menu>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open?.kind === "new" && <NewUserDialog onDone={users.reload} onClose={() => setOpen(undefined)} />}
      {open?.kind === "password" && <SetPasswordDialog user={open.user} onClose={() => setOpen(undefined)} />}
      {open?.kind === "delete" && (
        <ConfirmDialog
          title={t("users.delete", { name: open.user.username })}
          confirmLabel={t("delete")}
          successMessage={t("deleted")}
          onConfirm={async () => {
            await api.delete(`users/${encode(open.user.username)}`);
            users.reload();
          }}
          onClose={() => setOpen(undefined)}
        >
          {t("users.delete.text")}
        </ConfirmDialog>
      )}
    </SettingsCard>
  );
}
