"""One HTTP request and its response, and the errors that a response stands for."""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from services.cli.errors import CliError, NotAllowedError, NotFoundError, UnreachableError

TIMEOUT_SECONDS = 60.0
SECOND_FACTOR_NEEDED = "second-factor-required"
_ERRORS_BY_STATUS: dict[int, type[CliError]] = {
    401: NotAllowedError,
    403: NotAllowedError,
    404: NotFoundError,
    502: UnreachableError,
    503: UnreachableError,
    504: UnreachableError,
}


class ApiResponse(NamedTuple):
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


def validated_url(url: str) -> str:
    """Return the URL of an API without its trailing slash. Raises ``CliError``."""
    try:
        parts = urlsplit(url.strip())
        is_valid = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid or parts.query or parts.fragment:
        raise CliError(f"{url!r} is not the URL of an API; use one like https://stats.example.com")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def send_request(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> ApiResponse:
    """Send a request to ``url``, which ``validated_url`` has checked.

    Does not follow redirects, which could send a token to another server. Raises ``UnreachableError``.
    """
    with connected(url) as connection:
        connection.request(method, request_target(url), body, dict(headers))
        response = connection.getresponse()
        return ApiResponse(response.status, response_headers(response), response.read())


@contextmanager
def connected(url: str, timeout: float = TIMEOUT_SECONDS) -> Iterator[HTTPConnection]:
    """Connect to the server of ``url``; connection errors become ``UnreachableError``."""
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.netloc, timeout)
    try:
        yield connection
    except (OSError, HTTPException) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise UnreachableError(f"cannot reach the API at {parts.scheme}://{parts.netloc}: {reason}") from None
    finally:
        connection.close()


def request_target(url: str) -> str:
    """Return path and query of a URL."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def response_headers(response: HTTPResponse) -> dict[str, str]:
    """Return the headers with their names in lower case."""
    return {name.lower(): text for name, text in response.getheaders()}


def response_json(response: ApiResponse) -> Any:
    """Return the JSON of a response, None where the body is empty. Raises ``CliError`` with the API's message."""
    if response.status >= 300:
        raise error_of(response)
    if not response.body:
        return None
    try:
        return json.loads(response.body)
    except ValueError:
        raise CliError("the response is not JSON; check that the URL is that of a PyUniqVisit API") from None


def error_of(response: ApiResponse) -> CliError:
    """Return the error for a response of status 300 or above, with the message of its problem document."""
    problem = problem_of(response)
    message = str(problem.get("detail") or problem.get("title") or "") or _message_by_status(response)
    delay = response.headers.get("retry-after", "")
    if response.status in (429, 503) and delay.isdigit():
        message += f"; try again in {delay} s"
    return error_class(response.status)(" ".join(message.split()))


def error_class(status: int) -> type[CliError]:
    """Return the error, and so the exit code, that belongs to an HTTP status."""
    return _ERRORS_BY_STATUS.get(status, CliError)


def problem_slug(response: ApiResponse) -> str:
    """Return the last part of the problem's type, which identifies the kind of problem."""
    return str(problem_of(response).get("type", "")).rpartition(":")[2]


def problem_of(response: ApiResponse) -> dict[str, Any]:
    """Return the problem document; empty where something else responded, such as a proxy with its own error page."""
    try:
        document = json.loads(response.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _message_by_status(response: ApiResponse) -> str:
    if 300 <= response.status < 400:
        location = response.headers.get("location", "an unknown URL")
        return f"the server redirects to {location}; log in there with --api"
    return f"the server responded with status {response.status}"


def _connection(scheme: str, netloc: str, timeout: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(netloc, timeout=timeout, context=ssl.create_default_context())
    return HTTPConnection(netloc, timeout=timeout)
