/** A client of /api/v1. */

import { Problem, readProblem } from "./problem";

export interface Credentials {
  /** The bearer token; null for anonymous requests. */
  getToken(): Promise<string | null>;
  /** Replaces a rejected token. Returns false if there is no other. */
  refresh(rejected: string): Promise<boolean>;
  /** Returns the headers that sign a request, for clients with a key instead of a token. */
  sign?(method: string, url: URL): Promise<Record<string, string>>;
  /** Called when a signed request was rejected. Returns whether to retry with another signature. */
  shouldRetry?(response: Response, signature: Record<string, string>): boolean;
}

export type Query = URLSearchParams | Readonly<Record<string, string | number | null | undefined>>;

export class ApiClient {
  constructor(private readonly credentials: Credentials) {}

  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return this.requestJson<T>("GET", withQuery(path, query), undefined, signal);
  }

  post<T = void>(path: string, body?: unknown): Promise<T> {
    return this.requestJson<T>("POST", path, body ?? {});
  }

  put(path: string, body?: unknown): Promise<void> {
    return this.requestJson("PUT", path, body);
  }

  patch<T = void>(path: string, body: unknown): Promise<T> {
    return this.requestJson<T>("PATCH", path, body);
  }

  delete<T = void>(path: string): Promise<T> {
    return this.requestJson<T>("DELETE", path);
  }

  /** Returns the response body as a file. */
  async download(path: string, query?: Query): Promise<Blob> {
    return (await this.request("GET", withQuery(path, query))).blob();
  }

  private async requestJson<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const response = await this.request(method, path, body, signal);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  private async request(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    if (this.credentials.sign) return this.requestSigned(method, path, signal);
    const token = await this.credentials.getToken();
    const response = await sendRequest(method, path, body, token, signal);
    if (response.status !== 401 || token === null || !(await this.credentials.refresh(token)))
      return throwIfFailed(response);
    return throwIfFailed(await sendRequest(method, path, body, await this.credentials.getToken(), signal));
  }

  private async requestSigned(method: string, path: string, signal?: AbortSignal): Promise<Response> {
    const url = new URL(`/api/v1/${path}`, location.origin);
    const send = (signature: Record<string, string>) => sendRequest(method, path, undefined, null, signal, signature);
    const signature = await this.credentials.sign!(method, url);
    const response = await send(signature);
    if (response.status !== 401 || !this.credentials.shouldRetry!(response, signature)) return throwIfFailed(response);
    return throwIfFailed(await send(await this.credentials.sign!(method, url)));
  }
}

/** Throws `Problem` unless the response is a success. */
async function throwIfFailed(response: Response): Promise<Response> {
  if (!response.ok) throw await readProblem(response);
  return response;
}

/** Sends one request. Throws `Problem` with the status 0 if the server is unreachable. */
export async function sendRequest(
  method: string,
  path: string,
  body?: unknown,
  token?: string | null,
  signal?: AbortSignal,
  extraHeaders?: Record<string, string>,
): Promise<Response> {
  const headers: Record<string, string> = { ...extraHeaders };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(`/api/v1/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
      // A token refresh has to arrive even when the page is being closed.
      ...(path.startsWith("auth/") ? { keepalive: true } : {}),
    });
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new Problem(0, "offline", "");
  }
}

/** Encodes a name for use in a path. */
export const encode = encodeURIComponent;

function withQuery(path: string, query?: Query): string {
  if (!query) return path;
  const params = query instanceof URLSearchParams ? query : new URLSearchParams(definedEntries(query));
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

const definedEntries = (query: Exclude<Query, URLSearchParams>): [string, string][] =>
  Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, String(value)]],
  );
