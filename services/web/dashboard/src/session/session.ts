/** Who is logged in. Access tokens live in memory only; the refresh token is in a cookie that no script can read. */

import { Api, type Credentials, send } from "../api/client";
import { Problem, problemOf } from "../api/problem";
import type { Me, OpenedShare, Tokens } from "../api/types";

export type State =
  /** Nobody knows yet. */
  | { kind: "unknown" }
  | { kind: "anonymous" }
  | { kind: "user"; me: Me }
  /** Somebody who was logged in until now, and whose view is to stay. */
  | { kind: "expired"; me: Me };

interface Token {
  text: string;
  /** When to have another one, by `performance.now()`. */
  renewAt: number;
}

/** Renewed this long before its end, in milliseconds. */
const EARLY = 30_000;

export class Session implements Credentials {
  state: State = { kind: "unknown" };
  readonly api: Api;
  private held: Token | null = null;
  private renewing: Promise<boolean> | null = null;
  private readonly listeners = new Set<() => void>();

  constructor() {
    this.api = new Api(this);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Looks whether the cookie of an earlier login is still good. Throws `Problem` when the server cannot say. */
  async resume(): Promise<void> {
    if (await this.renew()) await this.greet();
    else this.become({ kind: "anonymous" });
  }

  /** Throws `Problem`: of a wrong password, of a code that is needed or wrong. */
  async logIn(username: string, password: string, code: string): Promise<void> {
    const response = await send("POST", "auth/token", { username, password, cookie: true, ...(code ? { code } : {}) });
    if (!response.ok) throw await problemOf(response);
    this.hold((await response.json()) as Tokens);
    await this.greet();
  }

  async logOut(): Promise<void> {
    await send("POST", "auth/logout").catch(() => undefined);
    this.held = null;
    this.become({ kind: "anonymous" });
  }

  /** Asks anew who one is: after the name or the second factor changed. */
  async greet(): Promise<void> {
    this.become({ kind: "user", me: await this.api.get<Me>("me") });
  }

  async token(): Promise<string | null> {
    if (this.held && performance.now() >= this.held.renewAt) await this.renew().catch(() => false);
    return this.held?.text ?? null;
  }

  renew(refused?: string): Promise<boolean> {
    if (refused && this.held && this.held.text !== refused) return Promise.resolve(true);
    this.renewing ??= this.exchange().finally(() => (this.renewing = null));
    return this.renewing;
  }

  /** A refresh token works once, so tabs take turns: each sends the cookie that the one before it was given. */
  private exchange(): Promise<boolean> {
    const exchange = async () => {
      const response = await send("POST", "auth/refresh");
      if (response.ok) {
        this.hold((await response.json()) as Tokens);
        return true;
      }
      if (response.status !== 401) throw await problemOf(response);
      this.held = null;
      if (this.state.kind === "user") this.become({ kind: "expired", me: this.state.me });
      return false;
    };
    // Only pages that came by HTTPS, or from this machine, have locks.
    const locks = navigator.locks as LockManager | null | undefined;
    return locks ? locks.request("refresh", exchange) : exchange();
  }

  private hold(answer: Tokens): void {
    const life = answer.expires_in * 1000;
    this.held = { text: answer.access_token, renewAt: performance.now() + Math.max(life - EARLY, life / 2) };
  }

  private become(state: State): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** Whoever opened a share link. */
export class Visitor implements Credentials {
  readonly api: Api;
  site = "";
  private text: string | null = null;
  private password: string | null = null;

  constructor(private readonly share: string) {
    this.api = new Api(this);
  }

  /** Throws `Problem`: `share-not-found`, `share-password-needed`. */
  async open(password: string | null): Promise<string> {
    const response = await send("POST", "shares/open", { token: this.share, ...(password ? { password } : {}) });
    if (!response.ok) throw await problemOf(response);
    const opened = (await response.json()) as OpenedShare;
    this.text = opened.access_token;
    this.site = opened.site;
    this.password = password;
    return opened.site;
  }

  token(): Promise<string | null> {
    return Promise.resolve(this.text);
  }

  async renew(): Promise<boolean> {
    try {
      await this.open(this.password);
      return true;
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }
}
