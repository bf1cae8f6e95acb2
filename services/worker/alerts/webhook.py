"""Sends alert messages to webhooks: one signed POST request with JSON."""

import hashlib
import hmac
from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, ThreadedResolver
from yarl import URL

from common.version import VERSION
from services.worker.alerts.addresses import ForbiddenAddressError, PublicResolver, is_public
from services.worker.alerts.delivery import Delivery, NotDeliveredError

SIGNATURE_HEADER = "X-PyUniqVisit-Signature"
DELIVERY_HEADER = "X-PyUniqVisit-Delivery"
_TIMEOUT = ClientTimeout(total=10)


def signature(secret: str, at: int, body: bytes) -> str:
    """Return ``t=…,v1=…``: Unix seconds, and the HMAC-SHA256 of ``{t}.{body}`` in hexadecimal."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


async def send_webhook(delivery: Delivery, now: int, *, allow_private: bool = False) -> None:
    """Send the message; any 2xx status means that it was delivered. ``now``: Unix seconds.

    Raises ``NotDeliveredError``.
    """
    url = _checked(delivery.target, allow_private)
    body = msgspec.json.encode(body_of(delivery))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"PyUniqVisit/{VERSION}",
        DELIVERY_HEADER: str(delivery.id),
        SIGNATURE_HEADER: signature(delivery.secret, now, body),
    }
    resolver = ThreadedResolver() if allow_private else PublicResolver(ThreadedResolver())
    # One connection per delivery, so that no target affects another one. Proxies of the environment are not used.
    connector = TCPConnector(resolver=resolver, force_close=True, use_dns_cache=False)
    try:
        async with (
            ClientSession(connector=connector, timeout=_TIMEOUT, trust_env=False) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            status = response.status
    except ForbiddenAddressError as error:
        raise NotDeliveredError(str(error)) from None
    except (ClientError, OSError, TimeoutError, ValueError) as error:
        cause = error.__cause__
        reason = str(cause) if isinstance(cause, ForbiddenAddressError) else type(error).__name__
        raise NotDeliveredError(reason) from None
    if not 200 <= status < 300:
        raise NotDeliveredError(f"webhook returned status {status}")


def body_of(delivery: Delivery) -> dict[str, Any]:
    """Return the message with the ids of its delivery, alert and incident."""
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
        raise NotDeliveredError("webhook URL is invalid") from None
    if url.scheme not in ("http", "https") or not url.host or url.user is not None:
        raise NotDeliveredError(
            "webhook URL is invalid: it must begin with https:// or http:// and contain no user name or password"
        )
    # An address in place of a host name is not resolved, so the resolver does not check it.
    if not allow_private and _is_address(url.host) and not is_public(url.host):
        raise NotDeliveredError(f"{url.host} is not a public address")
    return url


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
