import { ApiClient, type Credentials, sendRequest } from "../api/client";
import { Problem, readProblem } from "../api/problem";
import type { OpenedShare } from "../api/types";

/** The access of a share link. */
export class ShareCredentials implements Credentials {
  readonly api: ApiClient;
  site = "";
  private accessToken: string | null = null;
  private password: string | null = null;

  constructor(private readonly share: string) {
    this.api = new ApiClient(this);
  }

  /** Throws `Problem`: `share-not-found`, `share-password-required`. */
  async open(password: string | null): Promise<string> {
    const response = await sendRequest("POST", "shares/open", { token: this.share, ...(password ? { password } : {}) });
    if (!response.ok) throw await readProblem(response);
    const opened = (await response.json()) as OpenedShare;
    this.accessToken = opened.access_token;
    this.site = opened.site;
    this.password = password;
    return opened.site;
  }

  getToken(): Promise<string | null> {
    return Promise.resolve(this.accessToken);
  }

  async refresh(): Promise<boolean> {
    try {
      await this.open(this.password);
      return true;
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }
}
