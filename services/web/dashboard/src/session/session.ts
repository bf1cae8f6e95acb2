/** The login. Access tokens live in memory only; the refresh token is in a cookie that scripts cannot read. */

import { ApiClient, type Credentials, sendRequest } from "../api/client";
import { readProblem } from "../api/problem";
import type { Me, Tokens } from "../api/types";

export type SessionState =
  /** Not known yet. */
  | { kind: "unknown" }
  | { kind: "anonymous" }
  | { kind: "user"; me: Me }
  /** The login expired while the application was open, which stays as it is. */
  | { kind: "expired"; me: Me };

interface AccessToken {
  value: string;
  /** When to refresh it, by `performance.now()`. */
  refreshAt: number;
}

/** How long before its expiry a token is refreshed. */
const REFRESH_EARLY_MS = 30_000;

export class Session implements Credentials {
  state: SessionState = { kind: "unknown" };
  readonly api: ApiClient;
  private accessToken: AccessToken | null = null;
  private refreshing: Promise<boolean> | null = null;
  private readonly listeners = new Set<() => void>();

  constructor() {
    this.api = new ApiClient(this);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Restores an earlier login from its cookie. Throws `Problem` if the server cannot be asked. */
  async restore(): Promise<void> {
    if (await this.refresh()) await this.reloadUser();
    else this.setState({ kind: "anonymous" });
  }

  /** Throws `Problem` if the password is wrong, or a code is needed or wrong. */
  async logIn(username: string, password: string, code: string): Promise<void> {
    const response = await sendRequest("POST", "auth/token", {
      username,
      password,
      cookie: true,
      ...(code ? { code } : {}),
    });
    if (!response.ok) throw await readProblem(response);
    this.storeToken((await response.json()) as Tokens);
    await this.reloadUser();
  }

  async logOut(): Promise<void> {
    await sendRequest("POST", "auth/logout").catch(() => undefined);
    this.accessToken = null;
    this.setState({ kind: "anonymous" });
  }

  /** Loads the user again, after the name or the second factor changed. */
  async reloadUser(): Promise<void> {
    this.setState({ kind: "user", me: await this.api.get<Me>("me") });
  }

  async getToken(): Promise<string | null> {
    if (this.accessToken && performance.now() >= this.accessToken.refreshAt) await this.refresh().catch(() => false);
    return this.accessToken?.value ?? null;
  }

  refresh(rejected?: string): Promise<boolean> {
    if (rejected && this.accessToken && this.accessToken.value !== rejected) return Promise.resolve(true);
    this.refreshing ??= this.refreshTokens().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  /** A refresh token works only once, so tabs take turns: each sends the cookie that the one before it received. */
  private refreshTokens(): Promise<boolean> {
    const exchangeToken = async () => {
      const response = await sendRequest("POST", "auth/refresh");
      if (response.ok) {
        this.storeToken((await response.json()) as Tokens);
        return true;
      }
      if (response.status !== 401) throw await readProblem(response);
      this.accessToken = null;
      if (this.state.kind === "user") this.setState({ kind: "expired", me: this.state.me });
      return false;
    };
    // Only pages served by HTTPS or from localhost have locks.
    const locks = navigator.locks as LockManager | null | undefined;
    return locks ? locks.request("refresh", exchangeToken) : exchangeToken();
  }

  private storeToken(tokens: Tokens): void {
    const lifetime = tokens.expires_in * 1000;
    this.accessToken = {
      value: tokens.access_token,
      refreshAt: performance.now() + Math.max(lifetime - REFRESH_EARLY_MS, lifetime / 2),
    };
  }

  private setState(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
