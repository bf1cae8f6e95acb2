import { expect, test } from "vitest";
import { DeviceCredentials, hex, signRequest } from "../src/pairing/deviceCredentials";

const NOW = 1_795_000_000;

async function pairing() {
  const keys = (await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"])) as CryptoKeyPair;
  const publicKeyHex = hex(await crypto.subtle.exportKey("raw", keys.publicKey));
  return { keys, of: { site: "shop", publicKeyHex, privateKey: keys.privateKey } };
}

test("a signature covers method, path and query as they are sent", async () => {
  const { keys, of } = await pairing();
  const headers = await signRequest(of, "GET", "/api/v1/sites/shop/stats/summary", "", NOW);
  const params = headers["Signature-Input"]!.slice("uv=".length);
  expect(params).toContain(`;created=${NOW};expires=${NOW + 60};`);
  const base = `"@method": GET\n"@path": /api/v1/sites/shop/stats/summary\n"@query": ?\n"@signature-params": ${params}`;
  const signature = Uint8Array.from(atob(headers.Signature!.slice("uv=:".length, -1)), (letter) =>
    letter.charCodeAt(0),
  );
  expect(
    await crypto.subtle.verify({ name: "Ed25519" }, keys.publicKey, signature, new TextEncoder().encode(base)),
  ).toBe(true);
});

test("every signature has its own nonce", async () => {
  const { of } = await pairing();
  const nonces = await Promise.all(
    [1, 2, 3].map(
      async () => (await signRequest(of, "GET", "/", "", NOW))["Signature-Input"]!.match(/nonce="(\w{32})"/)![1],
    ),
  );
  expect(new Set(nonces).size).toBe(3);
});

test("a rejection is final if the clocks agree, otherwise the server's clock is used", async () => {
  const { of } = await pairing();
  let refused = 0;
  const device = new DeviceCredentials(of, () => refused++);
  const url = new URL("https://stats.example/api/v1/sites/shop/stats/summary");
  const at = (seconds: number) =>
    new Response(null, { status: 401, headers: { Date: new Date(Date.now() + seconds * 1000).toUTCString() } });
  expect(device.shouldRetry(at(3600), await device.sign("GET", url))).toBe(true);
  const created = Number((await device.sign("GET", url))["Signature-Input"]!.match(/created=(\d+)/)![1]);
  expect(Math.abs(created - Date.now() / 1000 - 3600)).toBeLessThan(3);
  expect(device.shouldRetry(at(3600), await device.sign("GET", url))).toBe(false);
  expect(refused).toBe(1);
});
