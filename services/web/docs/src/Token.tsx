import { useState } from "preact/hooks";
import { send } from "./request";

/** Who the requests of this page are made as. Kept in memory only. */
export function Token({ token, setToken }: { token: string; setToken: (token: string) => void }) {
  const [problem, setProblem] = useState("");

  async function logIn(event: SubmitEvent) {
    event.preventDefault();
    const body = JSON.stringify(Object.fromEntries(new FormData(event.target as HTMLFormElement)));
    const answer = await send("POST", "/api/v1/auth/token", "", body);
    const said = parsed(answer.text);
    if (answer.status === 200) setToken(said.access_token ?? "");
    setProblem(answer.status === 200 ? "" : (said.detail ?? answer.text));
  }

  return (
    <section class="card token" aria-label="Authentication">
      <form onSubmit={logIn}>
        <input name="username" placeholder="Username" aria-label="Username" autocomplete="username" required />
        <input
          name="password"
          type="password"
          placeholder="Password"
          aria-label="Password"
          autocomplete="current-password"
          required
        />
        <button type="submit">Log in</button>
      </form>
      <label>
        Access token or API key{" "}
        <input value={token} onInput={(event) => setToken(event.currentTarget.value.trim())} autocomplete="off" />
      </label>
      <p class="error" role="alert">
        {problem}
      </p>
    </section>
  );
}

function parsed(text: string): { access_token?: string; detail?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
