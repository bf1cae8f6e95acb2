"""Reading the reports of a paired site, signed with this machine's key (HTTP Message Signatures, RFC 9421)."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner
from http_message_signatures.algorithms import ED25519
from http_message_signatures.resolvers import MappingKeyResolver

from common.clock import Clock, system_clock
from common.version import VERSION
from services.cli.client.client import ApiClient, Query, SendRequest
from services.cli.client.credentials import PairingFile, StoredPairing
from services.cli.client.http import response_json, send_request
from services.cli.errors import NotAllowedError

_COVERED_COMPONENTS = ("@method", "@path", "@query")
_SIGNATURE_LIFETIME = timedelta(minutes=1)


class ReportReader(Protocol):
    """A client that can read reports."""

    def get(self, path: str, query: Query = ()) -> Any: ...


class SignedClient:
    """A client that reads the reports of one site with the key of a pairing."""

    def __init__(
        self,
        pairing: StoredPairing,
        clock: Clock,
        random: Callable[[int], bytes] = os.urandom,
        send: SendRequest = send_request,
    ) -> None:
        self._pairing = pairing
        self._clock = clock
        self._random = random
        self._send_request = send

    def get(self, path: str, query: Query = ()) -> Any:
        """Return the response's JSON. Raises ``CliError`` with the API's message."""
        query_string = urlencode(query)
        url = f"{self._pairing.api}/api/v1{path}" + (f"?{query_string}" if query_string else "")
        headers = {"Accept": "application/json", "User-Agent": f"pyuniqvisit/{VERSION}"}
        return response_json(self._send_request("GET", url, headers | self._signature("GET", url), None))

    def _signature(self, method: str, url: str) -> dict[str, str]:
        request = _SignableRequest(method, url)
        key_id, created = self._pairing.public_key, datetime.fromtimestamp(self._clock() // 1000, UTC)
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._pairing.private_key))
        HTTPMessageSigner(
            signature_algorithm=ED25519,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: private}),
        ).sign(
            request,
            key_id=key_id,
            created=created,
            expires=created + _SIGNATURE_LIFETIME,
            nonce=self._random(16).hex(),
            covered_component_ids=_COVERED_COMPONENTS,
        )
        return request.headers


def pairing_file() -> PairingFile:
    """Return the pairings of the current user."""
    return PairingFile(Path(click.get_app_dir("pyuniqvisit")))


def choose_reader(client: ApiClient, site: str, *, paired: bool) -> ReportReader:
    """Return ``client`` if it has credentials, else a client with this machine's key for ``site``.

    With ``paired``, only the key is considered. Raises ``NotAllowedError``.
    """
    if client.has_credentials and not paired:
        return client
    found = pairing_file().of_site(site)
    here = [each for each in found if each.api == client.url]
    if not here and click.get_current_context().params.get("api_url") is None:
        here = found
    if len(here) > 1:
        raise NotAllowedError(f"this machine is paired with several sites named {site}; choose one with --api")
    if here:
        return SignedClient(here[0], system_clock)
    if paired:
        raise NotAllowedError(f"this machine is not paired with {site}; pair it with `pyuniqvisit pair`")
    return client


@dataclass
class _SignableRequest:
    """The attributes that the signer reads and the header dictionary that it fills."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
