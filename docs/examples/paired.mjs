// A client that pairs with a site and reads its numbers, signed by RFC 9421. Needs nothing but WebCrypto: the functions
// are the same in a browser and in Node.js 20 or later.
//
//     node paired.mjs 'https://stats.example.com/pair/shop#code=uvr_…'
//
// The key cannot be read by anything, this script included. A browser keeps it in IndexedDB as it is; this example has
// no place for it and forgets it when it ends.

const text = new TextEncoder();

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

/** Makes a key and registers it. Gives what is to be kept. */
export async function pair(url) {
    const { origin, pathname, hash } = new URL(url);
    const site = pathname.split("/").pop();
    const keys = await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
    const publicKey = hex(await crypto.subtle.exportKey("raw", keys.publicKey));
    const answer = await fetch(`${origin}/register-key`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
            site_id: site,
            public_key_hex: publicKey,
            name: "paired.mjs",
            code: new URLSearchParams(hash.slice(1)).get("code"),
        }),
    });
    if (!answer.ok) throw new Error((await answer.json()).detail);
    return { api: origin, site, publicKey, privateKey: keys.privateKey };
}

/** `query` exactly as it is sent: it begins with its `?`, also where it is empty. */
export async function signatureHeaders({ publicKey, privateKey }, method, path, query) {
    const now = Math.floor(Date.now() / 1000);
    const nonce = hex(crypto.getRandomValues(new Uint8Array(16)));
    const params =
        `("@method" "@path" "@query");created=${now};expires=${now + 60}` +
        `;nonce="${nonce}";keyid="${publicKey}";alg="ed25519"`;
    const base = `"@method": ${method}\n"@path": ${path}\n"@query": ${query || "?"}\n"@signature-params": ${params}`;
    const signature = await crypto.subtle.sign({ name: "Ed25519" }, privateKey, text.encode(base));
    return { "Signature-Input": `uv=${params}`, Signature: `uv=:${base64(signature)}:` };
}

export async function read(pairing, report, query) {
    const url = new URL(`/api/v1/sites/${pairing.site}/stats/${report}${query}`, pairing.api);
    const headers = await signatureHeaders(pairing, "GET", url.pathname, url.search);
    const answer = await fetch(url, { headers });
    if (!answer.ok) throw new Error((await answer.json()).detail);
    return answer.json();
}

const pairing = await pair(process.argv[2]);
console.log(JSON.stringify(await read(pairing, "summary", "?period=7d")));
