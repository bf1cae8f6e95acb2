/** A client of /api/v1. Tokens live in memory only: closing the page logs out. */

export interface Site {
  name: string;
  url: string;
}

export interface Summary {
  visitors: number;
  visits: number;
  pageviews: number;
  views_per_visit: number;
  /** 0..1 */
  bounce_rate: number;
  /** Seconds. */
  visit_duration: number;
}

export interface Point {
  /** ISO 8601 */
  time: string;
  visitors: number;
  pageviews: number;
}

export interface Timeseries {
  interval: Interval;
  points: Point[];
}

export type Interval = "hour" | "day" | "week" | "month";

/** What the server said, in words for people (RFC 9457). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Client {
  sites(): Promise<Site[]>;
  summary(site: string, period: string): Promise<Summary>;
  timeseries(site: string, period: string, interval: Interval): Promise<Timeseries>;
}

/** Throws `ApiError`; status 0 when the server cannot be reached. */
export async function logIn(username: string, password: string): Promise<Client> {
  const { access_token } = await request<{ access_token: string }>("auth/token", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  return clientWith(access_token);
}

function clientWith(token: string): Client {
  const get = <T>(path: string) => request<T>(path, { headers: { Authorization: `Bearer ${token}` } });
  const stats = (site: string) => `sites/${encodeURIComponent(site)}/stats`;
  return {
    sites: async () => (await get<{ sites: Site[] }>("sites")).sites,
    summary: (site, period) => get(`${stats(site)}/summary?period=${period}`),
    timeseries: (site, period, interval) => get(`${stats(site)}/timeseries?period=${period}&interval=${interval}`),
  };
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/${path}`, { ...init, cache: "no-store" });
  } catch {
    throw new ApiError(0, "The server cannot be reached.");
  }
  if (response.ok) return (await response.json()) as T;
  throw new ApiError(response.status, await explanation(response));
}

async function explanation(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { title?: string; detail?: string };
    return problem.detail || problem.title || response.statusText;
  } catch {
    return `The server answered ${response.status}.`;
  }
}
