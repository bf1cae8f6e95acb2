import type { Operation } from "./document";

export interface Answer {
  /** 0 when the server could not be reached. */
  status: number;
  milliseconds: number;
  text: string;
}

/** `values` by the parameters' names; a query parameter without a value is left out. */
export function urlOf(operation: Operation, values: Record<string, string>): string {
  const query = new URLSearchParams();
  let path = operation.path;
  for (const { name, in: place } of operation.parameters ?? []) {
    const value = values[name] ?? "";
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value) query.append(name, value);
  }
  return query.size ? `${path}?${query}` : path;
}

export async function send(method: string, url: string, token: string, body: string): Promise<Answer> {
  const headers = new Headers();
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (body) headers.set("Content-Type", "application/json");
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
  try {
    // Without cookies: what is tried here is done with the token that was given, and with nothing else.
    const response = await fetch(url, { method, headers, cache: "no-store", credentials: "omit", body: body || null });
    return { status: response.status, text: readable(await response.text()), milliseconds: took() };
  } catch {
    return { status: 0, text: "Cannot reach the server. Try again.", milliseconds: took() };
  }
}

function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
