import { useState } from "preact/hooks";
import { useI18n } from "../i18n/i18n";
import { useApi, useSession } from "../session/SessionContext";
import { TextField } from "../ui/forms/Field";
import { Form } from "../ui/forms/Form";
import { useSubmission } from "../ui/forms/useSubmission";
import { SettingsCard } from "../ui/SettingsCard";

/** Changes the user's own name and password. */
export function Profile() {
  return (
    <>
      <UsernameForm />
      <PasswordForm />
    </>
  );
}

function UsernameForm() {
  const { t } = useI18n();
  const api = useApi();
  const { session, username } = useSession();
  const [name, setName] = useState(username ?? "");
  const form = useSubmission(["username"]);
  return (
    <SettingsCard title={t("account.name")}>
      <Form
        submission={form}
        class="stack"
        variant=""
        submitLabel={t("save")}
        isReady={name !== username}
        onSubmit={() =>
          void form.run(() => api.patch("me", { username: name }).then(() => session.reloadUser()), t("saved"))
        }
      >
        <TextField
          label={t("login.username")}
          error={form.fields.username}
          autocomplete="username"
          required
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </Form>
    </SettingsCard>
  );
}

function PasswordForm() {
  const { t } = useI18n();
  const api = useApi();
  const { username } = useSession();
  const form = useSubmission(["old_password", "new_password"]);
  const submit = async (element: HTMLFormElement) => {
    const fields = new FormData(element);
    const body = { old_password: String(fields.get("old")), new_password: String(fields.get("new")) };
    if (await form.run(() => api.put("me/password", body), t("account.password.changed"))) element.reset();
  };
  return (
    <SettingsCard title={t("login.password")} text={t("account.password.text")}>
      <Form submission={form} class="stack" variant="" submitLabel={t("account.password.change")} onSubmit={submit}>
        <input type="hidden" autocomplete="username" value={username ?? ""} />
        <TextField
          label={t("account.password.old")}
          error={form.fields.old_password}
          name="old"
          type="password"
          autocomplete="current-password"
          required
        />
        <TextField
          label={t("account.password.new")}
          hint={t("account.password.hint")}
          error={form.fields.new_password}
          name="new"
          type="password"
          autocomplete="new-password"
          required
        />
      </Form>
    </SettingsCard>
  );
}
