"""A client as one is written for v01dworks' Analytics API: one base URL, plain requests, and its own key to sign with.

It knows nothing of this product, and must not learn anything.
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Mobile/15E148 Safari/604.1"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


class RefusedError(Exception):
    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


@dataclass
class OlderClient:
    base_url: str
    site_id: str | None = None
    """Left out of requests where there is none."""
    private_key: Ed25519PrivateKey | None = None

    def track(self, path: str, agent: str = CHROME, **headers: str) -> Any:
        """What a page's script does when it has loaded."""
        return self._post("/track", {"path": path, **self._site()}, {"User-Agent": agent, **headers})

    def click(self, url: str, agent: str = CHROME, **headers: str) -> Any:
        return self._post("/click", {"url": url, **self._site()}, {"User-Agent": agent, **headers})

    def register_key(self, **headers: str) -> Any:
        assert self.private_key is not None
        public = self.private_key.public_key().public_bytes_raw().hex()
        return self._post("/register-key", {"public_key_hex": public, **self._site()}, headers)

    def sites(self) -> Any:
        return self._get("/sites")

    def stats(self) -> Any:
        return self._get("/stats")

    def page_stats(self, path: str) -> Any:
        return self._get("/page-stats", path=path)

    def forecast(self, days: int | None = None) -> Any:
        return self._get("/forecast", **({} if days is None else {"days": str(days)}))

    def summary(self) -> Any:
        return self._get("/summary")

    def anomalies(self) -> Any:
        return self._get("/anomalies")

    def bots(self) -> Any:
        return self._get("/bots")

    def bot_stats(self) -> Any:
        return self._get("/bot-stats")

    def _site(self) -> dict[str, str]:
        return {"site_id": self.site_id} if self.site_id else {}

    def _get(self, address: str, **query: str) -> Any:
        url = f"{self.base_url}{address}?{urllib.parse.urlencode({**self._site(), **query})}"
        return _answer(urllib.request.Request(url, headers=self._signature()))

    def _post(self, path: str, body: object, headers: dict[str, str]) -> Any:
        sent = {"Content-Type": "application/json", **headers}
        return _answer(urllib.request.Request(f"{self.base_url}{path}", json.dumps(body).encode(), sent))

    def _signature(self) -> dict[str, str]:
        if self.private_key is None:
            return {}
        timestamp = str(int(time.time()))
        signature = self.private_key.sign(f"{self.site_id or 'default'}:{timestamp}".encode())
        return {"X-Timestamp": timestamp, "X-Signature": signature.hex()}


def _answer(request: urllib.request.Request) -> Any:
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            assert response.status == 200
            return json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            raise RefusedError(error.code, error.read().decode()) from None
