"""Reading a site's numbers with a key of this machine, by HTTP Message Signatures (RFC 9421)."""

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
from services.cli.client.client import Client, Exchange, Query, content_of
from services.cli.client.pairings import Pairing, Pairings
from services.cli.client.transport import exchange
from services.cli.errors import NotAllowedError

_COVERED = ("@method", "@path", "@query")
_LIFE = timedelta(minutes=1)


class Reader(Protocol):
    """Whoever can ask for numbers."""

    def get(self, path: str, query: Query = ()) -> Any: ...


class PairedClient:
    """The API as a paired machine sees it: the numbers of one site."""

    def __init__(
        self,
        pairing: Pairing,
        clock: Clock,
        random: Callable[[int], bytes] = os.urandom,
        exchange: Exchange = exchange,
    ) -> None:
        self._pairing = pairing
        self._clock = clock
        self._random = random
        self._exchange = exchange

    def get(self, path: str, query: Query = ()) -> Any:
        """The answer's JSON. Raises ``CliError`` with what the API says."""
        asked = urlencode(query)
        url = f"{self._pairing.api}/api/v1{path}" + (f"?{asked}" if asked else "")
        headers = {"Accept": "application/json", "User-Agent": f"pyuniqvisit/{VERSION}"}
        return content_of(self._exchange("GET", url, headers | self._signature("GET", url), None))

    def _signature(self, method: str, url: str) -> dict[str, str]:
        request = _Request(method, url)
        key_id, created = self._pairing.public_key, datetime.fromtimestamp(self._clock() // 1000, UTC)
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._pairing.private_key))
        HTTPMessageSigner(
            signature_algorithm=ED25519,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: private}),
        ).sign(
            request,
            key_id=key_id,
            created=created,
            expires=created + _LIFE,
            nonce=self._random(16).hex(),
            covered_component_ids=_COVERED,
        )
        return request.headers


def kept_pairings() -> Pairings:
    return Pairings(Path(click.get_app_dir("pyuniqvisit")))


def reader_of(client: Client, site: str, *, paired: bool) -> Reader:
    """Who reads: ``client`` if it may ask, else this machine's key. Raises ``NotAllowedError``."""
    if client.may_ask and not paired:
        return client
    found = kept_pairings().of_site(site)
    here = [each for each in found if each.api == client.url]
    if not here and click.get_current_context().params.get("api_url") is None:
        here = found
    if len(here) > 1:
        raise NotAllowedError(f"this machine is paired with several sites called {site}; say which by --api")
    if here:
        return PairedClient(here[0], system_clock)
    if paired:
        raise NotAllowedError(f"this machine is not paired with {site}; see `pyuniqvisit pair --help`")
    return client


@dataclass
class _Request:
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
