"""The content of a pairing's QR code: a URL with a one-time code, or JSON with a code or a private key."""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from services.cli.client.http import validated_url
from services.cli.errors import CliError

_PRIVATE_KEY = re.compile(r"[0-9a-fA-F]{64}")
_PAIR = "/pair/"


@dataclass(frozen=True)
class PairingInvitation:
    """An offer to pair with ``site``, with either a code or a private key."""

    api: str
    """URL of the API, without a trailing slash."""
    site: str
    code: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    """64 hexadecimal digits."""


def read_invitation(text: str) -> PairingInvitation:
    """Parse the text of a QR code. Raises ``CliError``."""
    text = text.strip()
    return _from_json(text) if text.startswith("{") else _from_url(text)


def _from_url(text: str) -> PairingInvitation:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _invalid() from None
    before, _, site = parts.path.rpartition(_PAIR)
    code = parse_qs(parts.fragment).get("code", [""])[0]
    if not site or not code:
        raise _invalid()
    return PairingInvitation(validated_url(f"{parts.scheme}://{parts.netloc}{before}"), unquote(site), code)


def _from_json(text: str) -> PairingInvitation:
    try:
        payload = json.loads(text)
        api, site = validated_url(str(payload["base_url"])), str(payload["site_id"])
        code, private_key = payload.get("code"), payload.get("private_key")
    except (ValueError, KeyError, TypeError):
        raise _invalid() from None
    if private_key is not None and _PRIVATE_KEY.fullmatch(str(private_key)):
        return PairingInvitation(api, site, private_key=str(private_key).lower())
    if not code:
        raise _invalid()
    return PairingInvitation(api, site, str(code))


def _invalid() -> CliError:
    return CliError(
        "not a pairing URL or QR code; use a URL like https://stats.example.com/pair/shop#code=uvr_… or the code's JSON"
    )
