import type { Operation } from "./openapi";

export interface ApiResponse {
  /** 0 if the server is unreachable. */
  status: number;
  milliseconds: number;
  text: string;
}

/** Fills in `values` by parameter name; a query parameter without a value is left out. */
export function buildUrl(operation: Operation, values: Record<string, string>): string {
  const query = new URLSearchParams();
  let path = operation.path;
  for (const { name, in: place } of operation.parameters ?? []) {
    const value = values[name] ?? "";
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value) query.append(name, value);
  }
  return query.size ? `${path}?${query}` : path;
}

export async function sendRequest(method: string, url: string, token: string, body: string): Promise<ApiResponse> {
  const headers = new Headers();
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (body) headers.set("Content-Type", "application/json");
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
  try {
    // No cookies: requests of this page use the given token and nothing else.
    const response = await fetch(url, { method, headers, cache: "no-store", credentials: "omit", body: body || null });
    return { status: response.status, text: prettyPrint(await response.text()), milliseconds: took() };
  } catch {
    return { status: 0, text: "Cannot reach the server. Try again.", milliseconds: took() };
  }
}

function prettyPrint(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
