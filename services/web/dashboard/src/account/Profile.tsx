import { useState } from "preact/hooks";
import { useWords } from "../i18n/words";
import { useApi, useWho } from "../session/context";
import { Form, TextField, useSubmission } from "../ui/forms";
import { Box } from "../ui/Sections";

/** Name and password. */
export function Profile() {
  return (
    <>
      <Name />
      <Password />
    </>
  );
}

function Name() {
  const { t } = useWords();
  const api = useApi();
  const { session, username } = useWho();
  const [name, setName] = useState(username ?? "");
  const form = useSubmission(["username"]);
  return (
    <Box title={t("account.name")}>
      <Form
        of={form}
        class="stack"
        kind=""
        action={t("save")}
        isReady={name !== username}
        onSubmit={() =>
          void form.run(() => api.patch("me", { username: name }).then(() => session.greet()), t("saved"))
        }
      >
        <TextField
          label={t("login.username")}
          wrong={form.fields.username}
          autocomplete="username"
          required
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </Form>
    </Box>
  );
}

function Password() {
  const { t } = useWords();
  const api = useApi();
  const { username } = useWho();
  const form = useSubmission(["old_password", "new_password"]);
  const submit = async (element: HTMLFormElement) => {
    const given = new FormData(element);
    const body = { old_password: String(given.get("old")), new_password: String(given.get("new")) };
    if (await form.run(() => api.put("me/password", body), t("account.password.changed"))) element.reset();
  };
  return (
    <Box title={t("login.password")} text={t("account.password.text")}>
      <Form of={form} class="stack" kind="" action={t("account.password.change")} onSubmit={submit}>
        <input type="hidden" autocomplete="username" value={username ?? ""} />
        <TextField
          label={t("account.password.old")}
          wrong={form.fields.old_password}
          name="old"
          type="password"
          autocomplete="current-password"
          required
        />
        <TextField
          label={t("account.password.new")}
          hint={t("account.password.hint")}
          wrong={form.fields.new_password}
          name="new"
          type="password"
          autocomplete="new-password"
          required
        />
      </Form>
    </Box>
  );
}
