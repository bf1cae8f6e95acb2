import { useState } from "preact/hooks";
import { logIn, type Client } from "./api";

interface Props {
  notice: string;
  onClient: (client: Client) => void;
}

export function LogIn({ notice, onClient }: Props) {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    try {
      onClient(await logIn(String(form.get("username")), String(form.get("password"))));
    } catch (problem) {
      setError((problem as Error).message);
      setBusy(false);
    }
  };

  return (
    <main class="login">
      <form class="card" onSubmit={submit}>
        <h1>PyUniqVisit</h1>
        {notice && <p class="hint">{notice}</p>}
        <label>
          Username
          <input name="username" autocomplete="username" autocapitalize="none" required autofocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <p class="error" role="alert">
          {error}
        </p>
        <button disabled={busy}>{busy ? "Logging in…" : "Log in"}</button>
      </form>
    </main>
  );
}
