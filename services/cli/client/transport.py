"""One request and its answer."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from services.cli.errors import CliError, UnreachableError

TIMEOUT_SECONDS = 60.0


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


def checked_url(url: str) -> str:
    """The address of an API without a slash at its end. Raises ``CliError``."""
    try:
        parts = urlsplit(url.strip())
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment:
        raise CliError(f"{url}: not the address of an API; it looks like https://stats.example.com")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def exchange(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """Sends a request to ``url``, which ``checked_url`` has let through. Follows no redirects: they could lead a
    token elsewhere. Raises ``UnreachableError``."""
    with connected(url) as connection:
        connection.request(method, target_of(url), body, dict(headers))
        response = connection.getresponse()
        return Answer(response.status, headers_of(response), response.read())


@contextmanager
def connected(url: str, timeout: float = TIMEOUT_SECONDS) -> Iterator[HTTPConnection]:
    """A connection to where ``url`` is; what goes wrong with it is an ``UnreachableError``."""
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.netloc, timeout)
    try:
        yield connection
    except (OSError, HTTPException) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise UnreachableError(f"no API answers at {parts.scheme}://{parts.netloc}: {reason}") from None
    finally:
        connection.close()


def target_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def headers_of(response: HTTPResponse) -> dict[str, str]:
    return {name.lower(): text for name, text in response.getheaders()}


def _connection(scheme: str, netloc: str, timeout: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(netloc, timeout=timeout, context=ssl.create_default_context())
    return HTTPConnection(netloc, timeout=timeout)
