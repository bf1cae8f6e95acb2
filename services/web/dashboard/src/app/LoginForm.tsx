import { useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { problemMessage } from "../api/problemMessage";
import { useI18n } from "../i18n/i18n";
import type { Session } from "../session/session";
import { TextField } from "../ui/forms/Field";

interface Props {
  session: Session;
  /** The user who has to log in; without it the form asks for a username. */
  username?: string;
  onDone?: () => void;
}

/** Asks for username and password, then for the code if the user has a second factor. */
export function LoginForm({ session, username, onDone }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const [isBusy, setIsBusy] = useState(false);
  const [needsCode, setNeedsCode] = useState(false);
  const [error, setError] = useState("");

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const field = (name: string) => String(form.get(name) ?? "");
    setIsBusy(true);
    setError("");
    try {
      await session.logIn(username ?? field("username"), field("password"), field("code").replace(/\s/g, ""));
      onDone?.();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setIsBusy(false);
      setNeedsCode((before) => before || error.slug === "second-factor-required");
      setError(error.slug === "second-factor-required" ? "" : problemMessage(error, i18n));
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
      {needsCode && (
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
      <div role="alert">{error && <p class="notice bad small">{error}</p>}</div>
      <button type="submit" class="button primary" disabled={isBusy}>
        {isBusy ? t("login.busy") : t("login")}
      </button>
    </form>
  );
}
