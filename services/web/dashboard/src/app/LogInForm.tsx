import { useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { useWords } from "../i18n/words";
import type { Session } from "../session/session";
import { explain } from "../ui/explain";
import { TextField } from "../ui/forms";

interface Props {
  session: Session;
  /** The only one who may log in here. */
  username?: string;
  onDone?: () => void;
}

/** Name and password; then the code, for those who have a second factor. */
export function LogInForm({ session, username, onDone }: Props) {
  const words = useWords();
  const { t } = words;
  const [isBusy, setBusy] = useState(false);
  const [wantsCode, setWantsCode] = useState(false);
  const [wrong, setWrong] = useState("");

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const said = (name: string) => String(form.get(name) ?? "");
    setBusy(true);
    setWrong("");
    try {
      await session.logIn(username ?? said("username"), said("password"), said("code").replace(/\s/g, ""));
      onDone?.();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setBusy(false);
      setWantsCode((before) => before || error.slug === "second-factor-needed");
      setWrong(error.slug === "second-factor-needed" ? "" : explain(error, words));
    }
  };

  return (
    <form class="stack" onSubmit={submit}>
      {username ? (
        <input type="hidden" name="username" autocomplete="username" value={username} />
      ) : (
        <TextField
          label={t("login.username")}
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          autofocus
        />
      )}
      <TextField
        label={t("login.password")}
        name="password"
        type="password"
        autocomplete="current-password"
        required
        autofocus={Boolean(username)}
      />
      {wantsCode && (
        <TextField
          label={t("login.code")}
          hint={t("login.code.hint")}
          name="code"
          inputMode="numeric"
          autocomplete="one-time-code"
          required
          autofocus
        />
      )}
      <div role="alert">{wrong && <p class="note bad small">{wrong}</p>}</div>
      <button type="submit" class="button main" disabled={isBusy}>
        {isBusy ? t("login.busy") : t("login")}
      </button>
    </form>
  );
}
