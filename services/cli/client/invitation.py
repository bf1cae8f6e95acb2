"""What the QR code of a pairing holds: an address with a one-time code, or JSON with a code or a private key."""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from services.cli.client.transport import checked_url
from services.cli.errors import CliError

_PRIVATE_KEY = re.compile(r"[0-9a-fA-F]{64}")
_PAIR = "/pair/"


@dataclass(frozen=True)
class Invitation:
    api: str
    """The API's address, without a slash at its end."""
    site: str
    code: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    """64 hexadecimal digits. There is this or a code."""


def read_invitation(text: str) -> Invitation:
    """Raises ``CliError``."""
    text = text.strip()
    return _of_json(text) if text.startswith("{") else _of_url(text)


def _of_url(text: str) -> Invitation:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _unreadable() from None
    before, _, site = parts.path.rpartition(_PAIR)
    code = parse_qs(parts.fragment).get("code", [""])[0]
    if not site or not code:
        raise _unreadable()
    return Invitation(checked_url(f"{parts.scheme}://{parts.netloc}{before}"), unquote(site), code)


def _of_json(text: str) -> Invitation:
    try:
        payload = json.loads(text)
        api, site = checked_url(str(payload["base_url"])), str(payload["site_id"])
        code, private_key = payload.get("code"), payload.get("private_key")
    except (ValueError, KeyError, TypeError):
        raise _unreadable() from None
    if private_key is not None and _PRIVATE_KEY.fullmatch(str(private_key)):
        return Invitation(api, site, private_key=str(private_key).lower())
    if not code:
        raise _unreadable()
    return Invitation(api, site, str(code))


def _unreadable() -> CliError:
    return CliError("this is no pairing: it looks like https://stats.example.com/pair/shop#code=uvr_…, or is JSON")
