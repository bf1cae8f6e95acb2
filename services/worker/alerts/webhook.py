"""Telling by webhook: one signed POST of JSON."""

import hashlib
import hmac
from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, ThreadedResolver
from yarl import URL

from common.version import VERSION
from services.worker.alerts.addresses import ForbiddenAddressError, PublicResolver, is_public
from services.worker.alerts.delivery import Delivery, NotDeliveredError

SIGNATURE = "X-PyUniqVisit-Signature"
DELIVERY = "X-PyUniqVisit-Delivery"
_SECONDS = ClientTimeout(total=10)


def signature(secret: str, at: int, body: bytes) -> str:
    """``t=…,v1=…``: unix seconds, and the HMAC-SHA256 of ``{t}.{body}`` in hexadecimal."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


async def send_webhook(delivery: Delivery, now: int, *, allow_private: bool = False) -> None:
    """``now``: unix seconds. Any 2xx is an acknowledgement. Raises ``NotDeliveredError``."""
    url = _checked(delivery.target, allow_private)
    body = msgspec.json.encode(body_of(delivery))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"PyUniqVisit/{VERSION}",
        DELIVERY: str(delivery.id),
        SIGNATURE: signature(delivery.secret, now, body),
    }
    resolver = ThreadedResolver() if allow_private else PublicResolver(ThreadedResolver())
    # A connection of its own: what one target does has nothing to do with another's. No proxy of the environment.
    connector = TCPConnector(resolver=resolver, force_close=True, use_dns_cache=False)
    try:
        async with (
            ClientSession(connector=connector, timeout=_SECONDS, trust_env=False) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            status = answer.status
    except ForbiddenAddressError as error:
        raise NotDeliveredError(str(error)) from None
    except (ClientError, OSError, TimeoutError, ValueError) as error:
        cause = error.__cause__
        reason = str(cause) if isinstance(cause, ForbiddenAddressError) else type(error).__name__
        raise NotDeliveredError(reason) from None
    if not 200 <= status < 300:
        raise NotDeliveredError(f"the target answered {status}")


def body_of(delivery: Delivery) -> dict[str, Any]:
    """The message, and what it belongs to."""
    return {
        "version": 1,
        "delivery": str(delivery.id),
        "alert": str(delivery.alert_id),
        "incident": delivery.incident,
        **delivery.message.model_dump(mode="json"),
    }


def _checked(target: str, allow_private: bool) -> URL:
    """Raises ``NotDeliveredError``."""
    try:
        url = URL(target)
    except ValueError:
        raise NotDeliveredError("the target is no address") from None
    if url.scheme not in ("http", "https") or not url.host or url.user is not None:
        raise NotDeliveredError("the target is no address that begins with https:// or http://")
    # An address in the place of a name is not resolved by anybody.
    if not allow_private and _is_address(url.host) and not is_public(url.host):
        raise NotDeliveredError(f"{url.host} is not an address on the Internet")
    return url


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
