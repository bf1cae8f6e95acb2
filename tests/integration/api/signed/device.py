"""A device that holds a key and signs what it asks, by both schemes."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner
from http_message_signatures.algorithms import ED25519
from http_message_signatures.resolvers import MappingKeyResolver
from multidict import CIMultiDict

COVERED = ("@method", "@path", "@query")


@dataclass
class Request:
    method: str
    url: str
    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)


@dataclass(frozen=True)
class Device:
    private: Ed25519PrivateKey
    clock: Any
    """Epoch milliseconds."""

    @classmethod
    def new(cls, clock: Any) -> "Device":
        return cls(Ed25519PrivateKey.generate(), clock)

    @property
    def public_hex(self) -> str:
        return self.private.public_key().public_bytes_raw().hex()

    def legacy(self, site: str, *, ahead: float = 0) -> dict[str, str]:
        """Headers of the older scheme. ``ahead``: seconds by which the device's clock is wrong."""
        timestamp = str(int(self.clock() / 1000 + ahead))
        return {"X-Timestamp": timestamp, "X-Signature": self.private.sign(f"{site}:{timestamp}".encode()).hex()}

    def signed(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        covered: tuple[str, ...] = COVERED,
        nonce: str | None = "",
        ahead: float = 0,
        lifetime: float | None = 60,
        key_id: str | None = None,
        host: str = "127.0.0.1",
    ) -> dict[str, str]:
        """Headers of an HTTP Message Signature. ``nonce``: empty for a new one, None for none."""
        request = Request(method, f"http://{host}{path}")
        keys = MappingKeyResolver(public_keys={}, private_keys={key_id or self.public_hex: self.private})
        created = self.clock() / 1000 + ahead
        HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=keys).sign(
            request,
            key_id=key_id or self.public_hex,
            created=datetime.fromtimestamp(int(created), UTC),
            expires=datetime.fromtimestamp(int(created + lifetime), UTC) if lifetime is not None else None,
            nonce=os.urandom(16).hex() if nonce == "" else nonce,
            covered_component_ids=covered,
            body=body,
        )
        return dict(request.headers)
