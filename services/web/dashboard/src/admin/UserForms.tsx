import { useState } from "preact/hooks";
import { part } from "../api/client";
import type { User } from "../api/types";
import { useWords } from "../i18n/words";
import { useApi } from "../session/context";
import { Dialog } from "../ui/Dialog";
import { Check, Form, TextField, useSubmission } from "../ui/forms";

export function NewUser({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const [isAdmin, setAdmin] = useState(false);
  const form = useSubmission(["username", "password"]);
  const submit = async (element: HTMLFormElement) => {
    const given = new FormData(element);
    const body = {
      username: String(given.get("username")),
      password: String(given.get("password")),
      is_admin: isAdmin,
    };
    if (!(await form.run(() => api.post("users", body), t("users.created")))) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title={t("users.new")} onClose={onClose}>
      <Form of={form} class="stack" action={t("users.create")} onCancel={onClose} onSubmit={submit}>
        <TextField
          label={t("login.username")}
          wrong={form.fields.username}
          name="username"
          autocomplete="off"
          required
          autofocus
        />
        <TextField
          label={t("login.password")}
          hint={t("account.password.hint")}
          wrong={form.fields.password}
          name="password"
          type="password"
          autocomplete="new-password"
          required
        />
        <Check label={t("users.admin")} hint={t("users.admin.hint")} checked={isAdmin} onChange={setAdmin} />
      </Form>
    </Dialog>
  );
}

export function NewPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const form = useSubmission(["password"]);
  const submit = async (element: HTMLFormElement) => {
    const password = String(new FormData(element).get("password"));
    if (await form.run(() => api.patch(`users/${part(user.username)}`, { password }), t("saved"))) onClose();
  };
  return (
    <Dialog title={t("users.password", { name: user.username })} onClose={onClose}>
      <Form of={form} class="stack" action={t("save")} onCancel={onClose} onSubmit={submit}>
        <TextField
          label={t("account.password.new")}
          hint={t("users.password.hint")}
          wrong={form.fields.password}
          name="password"
          type="password"
          autocomplete="new-password"
          required
          autofocus
        />
      </Form>
    </Dialog>
  );
}
