"""Requests in the name of whoever is logged in, or of an API key."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from common.clock import Clock
from common.version import VERSION
from services.cli.client.refusals import SECOND_FACTOR_NEEDED, refusal, slug
from services.cli.client.session import Session, SessionFile
from services.cli.client.transport import Answer, exchange
from services.cli.errors import CliError, NotAllowedError

LOG_IN = "log in with `pyuniqvisit login`"
_EARLY_MS = 10_000
"""A token is renewed so long before its end: it has to be valid still when it arrives."""

Query = Mapping[str, object] | Sequence[tuple[str, object]]
Exchange = Callable[[str, str, Mapping[str, str], bytes | None], Answer]


def route(*parts: object) -> str:
    """A path below /api/v1 from parts that may hold anything."""
    return "".join(f"/{quote(str(part), safe='')}" for part in parts)


class Client:
    """The API at ``url``. With ``key``, an API key, nobody needs to be logged in."""

    def __init__(
        self, url: str, sessions: SessionFile, clock: Clock, key: str | None = None, exchange: Exchange = exchange
    ) -> None:
        self.url = url
        self._sessions = sessions
        self._clock = clock
        self._key = key
        self._exchange = exchange

    def get(self, path: str, query: Query = ()) -> Any:
        return self.call("GET", path, query=query)

    def call(self, method: str, path: str, body: object = None, query: Query = ()) -> Any:
        """The answer's JSON, None where it has none. Raises ``CliError`` with what the API says."""
        token = self._token()
        answer = self._send(method, path, body, query, token)
        if answer.status == 401 and self._key is None:
            answer = self._send(method, path, body, query, self._renewed(token))
        return content_of(answer)

    def transfer(self, method: str, path: str, exchange: Exchange, query: Query = ()) -> Any:
        """As ``call``, by an exchange that brings or takes a file of its own, and may do so twice."""
        token = self._token()
        answer = self._send(method, path, None, query, token, exchange)
        if answer.status == 401 and self._key is None:
            answer = self._send(method, path, None, query, self._renewed(token), exchange)
        return content_of(answer)

    def log_in(self, username: str, password: str, ask_code: Callable[[], str]) -> None:
        """Keeps the login for later commands; ``ask_code`` is asked where there is a second factor."""
        credentials = {"username": username, "password": password}
        answer = self._send("POST", "/auth/token", credentials)
        if slug(answer) == SECOND_FACTOR_NEEDED:
            answer = self._send("POST", "/auth/token", credentials | {"code": ask_code()})
        pair = content_of(answer)
        with self._sessions.locked():
            self._sessions.write(self._session(username, pair))

    def log_out(self) -> None:
        """Forgets the login here even where the API cannot be told. Raises ``CliError`` when it was not told."""
        with self._sessions.locked():
            session = self._session_here()
            self._sessions.remove()
        content_of(self._send("POST", "/auth/logout", {"refresh_token": session.refresh_token}))

    @property
    def may_ask(self) -> bool:
        """Whether there is a key, or a login at this API."""
        session = self._sessions.read()
        return self._key is not None or (session is not None and session.api == self.url)

    def token(self, refused: str | None = None) -> str:
        """What to send as bearer; ``refused`` is the one that the API did not take any more. Raises ``CliError``."""
        return self._renewed(refused) if refused and self._key is None else self._token()

    def _token(self) -> str:
        if self._key is not None:
            return self._key
        session = self._session_here()
        return (
            session.access_token
            if self._clock() < session.expires_at - _EARLY_MS
            else self._renewed(session.access_token)
        )

    def _renewed(self, old: str) -> str:
        """An access token in place of ``old``, from another command that was faster or else from the API."""
        with self._sessions.locked():
            session = self._session_here()
            if session.access_token != old:
                return session.access_token
            answer = self._send("POST", "/auth/refresh", {"refresh_token": session.refresh_token})
            if answer.status == 401:
                self._sessions.remove()
                raise NotAllowedError(f"the login of {session.username} has ended; {LOG_IN}")
            renewed = self._session(session.username, content_of(answer))
            self._sessions.write(renewed)
            return renewed.access_token

    def _session_here(self) -> Session:
        session = self._sessions.read()
        if session is None:
            raise NotAllowedError(f"nobody is logged in; {LOG_IN}")
        if session.api != self.url:
            raise NotAllowedError(f"{session.username} is logged in at {session.api}, not at {self.url}; {LOG_IN}")
        return session

    def _session(self, username: str, pair: Any) -> Session:
        try:
            expires_at = self._clock() + int(pair["expires_in"]) * 1000
            return Session(self.url, username, str(pair["access_token"]), str(pair["refresh_token"]), expires_at)
        except (KeyError, TypeError, ValueError):
            raise CliError(f"what answers at {self.url} is no API of PyUniqVisit") from None

    def _send(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Query = (),
        token: str | None = None,
        exchange: Exchange | None = None,
    ) -> Answer:
        headers = {"Accept": "application/json", "User-Agent": f"pyuniqvisit/{VERSION}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        asked = urlencode(query)
        send = exchange or self._exchange
        return send(method, f"{self.url}/api/v1{path}" + (f"?{asked}" if asked else ""), headers, content)


def content_of(answer: Answer) -> Any:
    """The answer's JSON, None where it has none. Raises ``CliError`` with what the API says."""
    if answer.status >= 300:
        raise refusal(answer)
    if not answer.body:
        return None
    try:
        return json.loads(answer.body)
    except ValueError:
        raise CliError("the answer is no JSON: what answers there is no API of PyUniqVisit") from None
