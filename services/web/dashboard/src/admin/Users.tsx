import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { User, UserList } from "../api/types";
import { useWords } from "../i18n/words";
import { useData } from "../lib/useData";
import { useApi, useWho } from "../session/context";
import { Bones, Moment, Trouble } from "../ui/bits";
import { Confirm } from "../ui/Confirm";
import { Refusal, useSubmission } from "../ui/forms";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/Menu";
import { Box } from "../ui/Sections";
import { NewPassword, NewUser } from "./UserForms";

type Open = { what: "new" } | { what: "delete" | "password"; user: User };

/** Who has an account here. */
export function Users() {
  const { t } = useWords();
  const api = useApi();
  const { username: me } = useWho();
  const users = useData("users", (signal) => api.get<UserList>("users", undefined, signal));
  const [open, setOpen] = useState<Open>();
  const form = useSubmission();
  const change = (user: User, changed: object) =>
    void form
      .run(() => api.patch(`users/${part(user.username)}`, changed), t("saved"))
      .then((done) => done && users.reload());
  return (
    <Box
      title={t("users.title")}
      text={t("users.text")}
      actions={
        <button type="button" class="button main" onClick={() => setOpen({ what: "new" })}>
          <Icon name="plus" />
          {t("users.new")}
        </button>
      }
    >
      <Refusal of={form} />
      {users.problem && <Trouble problem={users.problem} onRetry={users.reload} />}
      {!users.value && !users.problem && <Bones lines={3} />}
      {users.value && (
        <div class="scroll-room">
          <table class="list">
            <thead>
              <tr>
                <th scope="col">{t("login.username")}</th>
                <th scope="col">{t("users.sites")}</th>
                <th scope="col" class="wide-only">
                  {t("users.since")}
                </th>
                <th scope="col">
                  <span class="hidden">{t("actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {users.value.users.map((user) => (
                <tr key={user.username}>
                  <th scope="row">
                    <span class="breakable">{user.username}</span>{" "}
                    {user.is_admin && <span class="tag accent">{t("users.admin")}</span>}{" "}
                    {user.disabled && <span class="tag bad">{t("users.disabled")}</span>}{" "}
                    {user.second_factor && <span class="tag">{t("users.factor")}</span>}
                  </th>
                  <td class="muted breakable">{user.is_admin ? t("users.all-sites") : user.sites.join(", ") || "–"}</td>
                  <td class="muted wide-only">
                    <Moment iso={user.created_at} />
                  </td>
                  <td class="end">
                    {user.username !== me && (
                      <Menu
                        end
                        class="button tight bare"
                        name={t("users.change", { name: user.username })}
                        label={t("edit")}
                      >
                        {(close) => {
                          const item = (label: string, act: () => void) => (
                            <button
                              type="button"
                              class="item"
                              onClick={() => {
                                close();
                                act();
                              }}
                            >
                              {label}
                            </button>
                          );
                          return (
                            <>
                              {item(t("users.set-password"), () => setOpen({ what: "password", user }))}
                              {item(t(user.is_admin ? "users.make-normal" : "users.make-admin"), () =>
                                change(user, { is_admin: !user.is_admin }),
                              )}
                              {item(t(user.disabled ? "users.enable" : "users.disable"), () =>
                                change(user, { disabled: !user.disabled }),
                              )}
                              {user.second_factor &&
                                item(t("users.turn-off-factor"), () => change(user, { second_factor: false }))}
                              <hr />
                              {item(t("delete"), () => setOpen({ what: "delete", user }))}
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
      {open?.what === "new" && <NewUser onDone={users.reload} onClose={() => setOpen(undefined)} />}
      {open?.what === "password" && <NewPassword user={open.user} onClose={() => setOpen(undefined)} />}
      {open?.what === "delete" && (
        <Confirm
          title={t("users.delete", { name: open.user.username })}
          action={t("delete")}
          said={t("deleted")}
          onDo={async () => {
            await api.delete(`users/${part(open.user.username)}`);
            users.reload();
          }}
          onClose={() => setOpen(undefined)}
        >
          {t("users.delete.text")}
        </Confirm>
      )}
    </Box>
  );
}
