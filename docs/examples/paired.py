"""A client that pairs with a site once and then reads its numbers, signed by RFC 9421. Needs `cryptography` from PyPI.

python paired.py key.json 'https://stats.example.com/pair/shop#code=uvr_…'     once: makes a key and registers it
python paired.py key.json                                                      from then on: prints the numbers
"""

import base64
import json
import os
import secrets
import sys
import time
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def pair(file, url):
    """Generate a key that never leaves this machine, and register the public key with the API."""
    parts = urlsplit(url)
    api = f"{parts.scheme}://{parts.netloc}"
    site = parts.path.rpartition("/")[2]
    key = Ed25519PrivateKey.generate()
    body = {
        "site_id": site,
        "public_key_hex": key.public_key().public_bytes_raw().hex(),
        "name": "paired.py",
        "code": parse_qs(parts.fragment)["code"][0],
    }
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(f"{api}/register-key", json.dumps(body).encode(), headers)):
        pass
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as kept:
        json.dump({"api": api, "site": site, "private_key": key.private_bytes_raw().hex()}, kept)


def signature_headers(key, method, path, query):
    """`path` and `query` exactly as they are sent; a query begins with its `?`, also where it is empty."""
    now, key_id = int(time.time()), key.public_key().public_bytes_raw().hex()
    params = (
        '("@method" "@path" "@query")'
        f';created={now};expires={now + 60};nonce="{secrets.token_hex(16)}";keyid="{key_id}";alg="ed25519"'
    )
    base = f'"@method": {method}\n"@path": {path}\n"@query": {query}\n"@signature-params": {params}'
    signature = base64.b64encode(key.sign(base.encode())).decode()
    return {"Signature-Input": f"uv={params}", "Signature": f"uv=:{signature}:"}


def read(file, report, query):
    with open(file) as kept:
        pairing = json.load(kept)
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(pairing["private_key"]))
    path = f"/api/v1/sites/{pairing['site']}/stats/{report}"
    headers = signature_headers(key, "GET", path, query)
    with urlopen(Request(pairing["api"] + path + query, headers=headers)) as answer:
        return json.load(answer)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        pair(sys.argv[1], sys.argv[2])
    print(json.dumps(read(sys.argv[1], "summary", "?period=7d")))
