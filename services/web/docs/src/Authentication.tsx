import { useState } from "preact/hooks";
import { sendRequest } from "./request";

/** The token that requests of this page use. It is kept in memory only. */
export function Authentication({ token, setToken }: { token: string; setToken: (token: string) => void }) {
  const [problem, setProblem] = useState("");

  async function logIn(event: SubmitEvent) {
    event.preventDefault();
    const body = JSON.stringify(Object.fromEntries(new FormData(event.target as HTMLFormElement)));
    const response = await sendRequest("POST", "/api/v1/auth/token", "", body);
    const result = parseJson(response.text);
    if (response.status === 200) setToken(result.access_token ?? "");
    setProblem(response.status === 200 ? "" : (result.detail ?? response.text));
  }

  return (
    <section class="card token" aria-label="Authentication">
      <form onSubmit={logIn}>
        <input
          class="input"
          name="username"
          placeholder="Username"
          aria-label="Username"
          autocomplete="username"
          required
        />
        <input
          class="input"
          name="password"
          type="password"
          placeholder="Password"
          aria-label="Password"
          autocomplete="current-password"
          required
        />
        <button type="submit" class="button primary">
          Log in
        </button>
      </form>
      <label>
        Access token or API key{" "}
        <input
          class="input"
          value={token}
          onInput={(event) => setToken(event.currentTarget.value.trim())}
          autocomplete="off"
        />
      </label>
      <p class="error" role="alert">
        {problem}
      </p>
    </section>
  );
}

function parseJson(text: string): { access_token?: string; detail?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
