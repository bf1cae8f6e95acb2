/** Signed requests of a paired browser (RFC 9421). */

import { ApiClient, type Credentials } from "../api/client";
import { Problem, readProblem } from "../api/problem";
import type { RegisteredKey } from "../api/types";
import { type Pairing, savePairing } from "./pairingStore";

const encoder = new TextEncoder();

export const hex = (buffer: ArrayBuffer | Uint8Array): string =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const base64 = (buffer: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(buffer)));

/** Seconds for which a signature is valid. */
const SIGNATURE_LIFETIME = 60;
/** Seconds by which the server lets clocks differ. */
const CLOCK_TOLERANCE = 300;

/** Returns signature headers. `now` is in Unix seconds by the server's clock; `query` includes its `?`. */
export async function signRequest(
  { publicKeyHex, privateKey }: Pairing,
  method: string,
  path: string,
  query: string,
  now: number,
): Promise<Record<string, string>> {
  const nonce = hex(crypto.getRandomValues(new Uint8Array(16)));
  const params = `("@method" "@path" "@query");created=${now};expires=${now + SIGNATURE_LIFETIME};nonce="${nonce}";keyid="${publicKeyHex}";alg="ed25519"`;
  const base = `"@method": ${method}\n"@path": ${path}\n"@query": ${query || "?"}\n"@signature-params": ${params}`;
  const signature = await crypto.subtle.sign({ name: "Ed25519" }, privateKey, encoder.encode(base));
  return { "Signature-Input": `uv=${params}`, Signature: `uv=:${base64(signature)}:` };
}

/** Signs requests with the key of a paired site. */
export class DeviceCredentials implements Credentials {
  readonly api: ApiClient;
  /** Seconds by which the server's clock is ahead of this one. */
  private clockOffset = 0;

  constructor(
    private readonly pairing: Pairing,
    private readonly onRefused: () => void,
  ) {
    this.api = new ApiClient(this);
  }

  getToken(): Promise<null> {
    return Promise.resolve(null);
  }

  refresh(): Promise<boolean> {
    return Promise.resolve(false);
  }

  sign(method: string, url: URL): Promise<Record<string, string>> {
    return signRequest(
      this.pairing,
      method,
      url.pathname,
      url.search,
      Math.floor(Date.now() / 1000) + this.clockOffset,
    );
  }

  /** Corrects the clock offset once if that explains the rejection; otherwise the key was revoked. */
  shouldRetry(response: Response, signature: Record<string, string>): boolean {
    const serverTime = Date.parse(response.headers.get("Date") ?? "") / 1000;
    const created = Number(/;created=(\d+)/.exec(signature["Signature-Input"]!)![1]);
    if (Math.abs(serverTime - created) > CLOCK_TOLERANCE / 2) {
      this.clockOffset = Math.round(serverTime - Date.now() / 1000);
      return true;
    }
    this.onRefused();
    return false;
  }
}

/** Whether this browser can create signing keys. Only pages served by HTTPS or from localhost can. */
export async function canPair(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
    return typeof indexedDB === "object";
  } catch {
    return false;
  }
}

/** Creates, registers and stores a key. Throws `Problem`: `no-scheme`, `not-kept`, or the server's. */
export async function pairDevice(site: string, code: string, name: string): Promise<Pairing> {
  const keys = (await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"])) as CryptoKeyPair;
  const publicKeyHex = hex(await crypto.subtle.exportKey("raw", keys.publicKey));
  const pairing = { site, publicKeyHex, privateKey: keys.privateKey };
  const { schemes } = await registerKey({ site_id: site, public_key_hex: publicKeyHex, name, code });
  if (!schemes.includes("rfc9421")) throw new Problem(403, "no-scheme", "");
  if (!(await savePairing(pairing))) throw new Problem(403, "not-kept", "");
  return pairing;
}

async function registerKey(body: object): Promise<RegisteredKey> {
  let response: Response;
  try {
    response = await fetch("/register-key", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, "offline", "");
  }
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as RegisteredKey;
}
