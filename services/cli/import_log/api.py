"""The API as the import uses it: log in, look the site up, hand in batches, and wait when it is told to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiohttp
import msgspec

from common.backoff import Backoff
from services.cli.client.refusals import kind_of
from services.cli.errors import UnreachableError
from services.cli.import_log.events import ImportEvent

BATCH = 1_000
"""Events that one request may hold."""

_PATIENCE_SECONDS = 600.0
_FIRST_WAIT = 2.0
_LONGEST_WAIT = 60.0
_REQUEST_SECONDS = 60


class ImportAnswer(msgspec.Struct):
    class Refused(msgspec.Struct):
        index: int
        reason: str

    accepted: int
    rejected: list[Refused] = []


class Password(msgspec.Struct):
    username: str
    password: str


LogIn = Password | Callable[[str | None], str]
"""A login of the import's own; or a kept one, that gives a token for the one that was refused, None at first."""


class Api:
    """``say`` takes one line for the operator; ``url`` has no slash at its end."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        log_in: LogIn,
        say: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._url = url
        self._log_in_as = log_in
        self._say = say
        self._sleep = sleep
        self._token: str | None = None

    async def site_url(self, site: str) -> str:
        """Raises ``CliError``."""
        return str((await self._call("GET", f"/sites/{site}")).get("url", ""))

    async def send(self, site: str, events: Sequence[ImportEvent]) -> ImportAnswer:
        """Hands in at most ``BATCH`` events; the same batch again while the API asks for patience.

        Raises ``CliError``.
        """
        answer = await self._call("POST", f"/sites/{site}/events/import", msgspec.json.encode({"events": events}))
        return msgspec.convert(answer, ImportAnswer)

    async def _call(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        renewed = self._token is None
        token = self._token or await self._log_in()
        while True:
            status, answer = await self._patiently(method, path, body, token)
            if status == 401 and not renewed:  # a token lives for minutes, an import maybe for hours
                renewed, token = True, await self._log_in()
                continue
            if status >= 400:
                raise kind_of(status)(f"the API refuses {method} {path}: {_explain(status, answer)}")
            return answer

    async def _log_in(self) -> str:
        if isinstance(self._log_in_as, Password):
            self._token = await self._log_in_by_password(self._log_in_as)
        else:
            self._token = await asyncio.to_thread(self._log_in_as, self._token)
        return self._token

    async def _log_in_by_password(self, login: Password) -> str:
        status, answer = await self._patiently("POST", "/auth/token", msgspec.json.encode(login), None)
        if status >= 400:
            raise kind_of(status)(f"cannot log in as {login.username}: {_explain(status, answer)}")
        return str(answer.get("access_token"))

    async def _patiently(
        self, method: str, path: str, body: bytes | None, token: str | None
    ) -> tuple[int, dict[str, Any]]:
        """Repeats a request that the API has no room for now, or that did not reach it. Gives status and JSON."""
        waited, backoff = 0.0, Backoff(_FIRST_WAIT, _LONGEST_WAIT)
        while True:
            try:
                status, answer, retry_after = await self._request(method, path, body, token)
                if status not in (429, 502, 503, 504):
                    return status, answer
                problem = _explain(status, answer)
            except (aiohttp.ClientError, TimeoutError) as error:
                if self._token is None:  # nothing has worked so far: more likely the wrong address than a bad moment
                    raise UnreachableError(f"no API answers at {self._url}: {error or type(error).__name__}") from None
                problem, retry_after = str(error) or type(error).__name__, None
            delay = min(retry_after or backoff.next_delay(), _LONGEST_WAIT)
            if waited + delay > _PATIENCE_SECONDS:
                raise UnreachableError(
                    f"the API is not available: {problem}; repeat the import later, nothing counts twice"
                )
            if waited == 0:
                self._say(f"waiting for the API: {problem}")
            await self._sleep(delay)
            waited += delay

    async def _request(
        self, method: str, path: str, body: bytes | None, token: str | None
    ) -> tuple[int, dict[str, Any], float | None]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        timeout = aiohttp.ClientTimeout(total=_REQUEST_SECONDS)
        async with self._session.request(
            method, f"{self._url}/api/v1{path}", data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            text = await response.read()
            try:
                answer = msgspec.json.decode(text, type=dict[str, Any])
            except msgspec.MsgspecError:
                answer = {}  # a proxy's own page, say: the status has to do
            retry_after = response.headers.get("Retry-After", "")
            return response.status, answer, float(retry_after) if retry_after.isdigit() else None


def _explain(status: int, problem: dict[str, Any]) -> str:
    """A problem document in one line."""
    return str(problem.get("detail") or problem.get("title") or f"status {status}")
