"""The client of the API for imports: login, site, batches, and retries while the API is unavailable."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiohttp
import msgspec

from common.backoff import Backoff
from services.cli.client.http import error_class
from services.cli.errors import UnreachableError
from services.cli.import_log.events import LoggedPageView

BATCH_EVENTS = 1_000
"""Maximum number of events in one request."""

_MAX_TOTAL_DELAY_SECONDS = 600.0
_FIRST_DELAY_SECONDS = 2.0
_MAX_DELAY_SECONDS = 60.0
_TIMEOUT_SECONDS = 60


class RejectedEvent(msgspec.Struct):
    index: int
    reason: str


class UploadResult(msgspec.Struct):
    accepted: int
    rejected: list[RejectedEvent] = []


class PasswordLogin(msgspec.Struct):
    username: str
    password: str


Login = PasswordLogin | Callable[[str | None], str]
"""A username and password, or a function that returns a token; its argument is the rejected token, None at first."""


class ImportApi:
    """The API at ``url``, which has no trailing slash. ``print_line`` receives messages for the user."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        login: Login,
        print_line: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._url = url
        self._login = login
        self._print_line = print_line
        self._sleep = sleep
        self._token: str | None = None

    async def site_url(self, site: str) -> str:
        """Return the URL of a site. Raises ``CliError``."""
        return str((await self._call(site, "GET", "")).get("url", ""))

    async def send(self, site: str, events: Sequence[LoggedPageView]) -> UploadResult:
        """Send at most ``BATCH_EVENTS`` events, with retries. Raises ``CliError``."""
        response = await self._call(site, "POST", "/events/import", msgspec.json.encode({"events": events}))
        return msgspec.convert(response, UploadResult)

    async def _call(self, site: str, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        renewed = self._token is None
        token = self._token or await self._log_in()
        while True:
            status, answer = await self._with_retries(method, f"/sites/{site}{path}", body, token)
            if status == 401 and not renewed:  # a token is valid for minutes, but an import can take hours
                renewed, token = True, await self._log_in()
                continue
            if status >= 400:
                raise error_class(status)(f"site {site}: {_message(status, answer)}")
            return answer

    async def _log_in(self) -> str:
        if isinstance(self._login, PasswordLogin):
            self._token = await self._log_in_by_password(self._login)
        else:
            self._token = await asyncio.to_thread(self._login, self._token)
        return self._token

    async def _log_in_by_password(self, login: PasswordLogin) -> str:
        status, answer = await self._with_retries("POST", "/auth/token", msgspec.json.encode(login), None)
        if status >= 400:
            raise error_class(status)(f"cannot log in as {login.username}: {_message(status, answer)}")
        return str(answer.get("access_token"))

    async def _with_retries(
        self, method: str, path: str, body: bytes | None, token: str | None
    ) -> tuple[int, dict[str, Any]]:
        """Send a request, and repeat it while the API is unavailable or busy. Returns status and JSON."""
        waited, backoff = 0.0, Backoff(_FIRST_DELAY_SECONDS, _MAX_DELAY_SECONDS)
        while True:
            try:
                status, answer, retry_after = await self._request(method, path, body, token)
                if status not in (429, 502, 503, 504):
                    return status, answer
                problem = _message(status, answer)
            except (aiohttp.ClientError, TimeoutError) as error:
                if self._token is None:  # no request has succeeded, so the URL is probably wrong
                    raise UnreachableError(
                        f"cannot reach the API at {self._url}: {error or type(error).__name__}"
                    ) from None
                problem, retry_after = str(error) or type(error).__name__, None
            delay = min(retry_after or backoff.next_delay(), _MAX_DELAY_SECONDS)
            if waited + delay > _MAX_TOTAL_DELAY_SECONDS:
                raise UnreachableError(
                    f"the API is unavailable: {problem}; repeat the import later, nothing is counted twice"
                )
            if waited == 0:
                self._print_line(f"waiting for the API: {problem}")
            await self._sleep(delay)
            waited += delay

    async def _request(
        self, method: str, path: str, body: bytes | None, token: str | None
    ) -> tuple[int, dict[str, Any], float | None]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
        async with self._session.request(
            method, f"{self._url}/api/v1{path}", data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            text = await response.read()
            try:
                answer = msgspec.json.decode(text, type=dict[str, Any])
            except msgspec.MsgspecError:
                answer = {}  # for example the error page of a proxy; the status is enough
            retry_after = response.headers.get("Retry-After", "")
            return response.status, answer, float(retry_after) if retry_after.isdigit() else None


def _message(status: int, problem: dict[str, Any]) -> str:
    """Return the message of a problem document."""
    return str(problem.get("detail") or problem.get("title") or f"the server responded with status {status}")
