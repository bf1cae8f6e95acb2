import { useState } from "preact/hooks";
import { encode } from "../api/client";
import type { User } from "../api/types";
import { useI18n } from "../i18n/i18n";
import { useApi } from "../session/SessionContext";
import { Dialog } from "../ui/Dialog";
import { Checkbox } from "../ui/forms/Checkbox";
import { TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { useSubmission } from "../ui/forms/useSubmission";

export function NewUserDialog({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { t } = useI18n();
  const api = useApi();
  const [isAdmin, setIsAdmin] = useState(false);
  const form = useSubmission(["username", "password"]);
  const submit = async (element: HTMLFormElement) => {
    const fields = new FormData(element);
    const body = {
      username: String(fields.get("username")),
      password: String(fields.get("password")),
      is_admin: isAdmin,
    };
    if (!(await form.run(() => api.post("users", body), t("users.created")))) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title={t("users.new")} onClose={onClose}>
      <Form submission={form} class="stack" submitLabel={t("users.create")} onCancel={onClose} onSubmit={submit}>
        <TextField
          label={t("login.username")}
          error={form.fields.username}
          name="username"
          autocomplete="off"
          required
          autofocus
        />
        <TextField
          label={t("login.password")}
          hint={t("account.password.hint")}
          error={form.fields.password}
          name="password"
          type="password"
          autocomplete="new-password"
          required
        />
        <Checkbox label={t("users.admin")} hint={t("users.admin.hint")} checked={isAdmin} onChange={setIsAdmin} />
      </Form>
    </Dialog>
  );
}

export function SetPasswordDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useI18n();
  const api = useApi();
  const form = useSubmission(["password"]);
  const submit = async (element: HTMLFormElement) => {
    const password = String(new FormData(element).get("password"));
    if (await form.run(() => api.patch(`users/${encode(user.username)}`, { password }), t("saved"))) onClose();
  };
  return (
    <Dialog title={t("users.password", { name: user.username })} onClose={onClose}>
      <Form submission={form} class="stack" submitLabel={t("save")} onCancel={onClose} onSubmit={submit}>
        <TextField
          label={t("account.password.new")}
          hint={t("users.password.hint")}
          error={form.fields.password}
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
