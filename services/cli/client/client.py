"""Requests to the API with the stored login or an API key."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from common.clock import Clock
from common.version import VERSION
from services.cli.client.credentials import LoginSession, SessionFile
from services.cli.client.http import SECOND_FACTOR_NEEDED, ApiResponse, problem_slug, response_json, send_request
from services.cli.errors import CliError, NotAllowedError

LOG_IN = "log in with `pyuniqvisit login USERNAME`"
_RENEW_EARLY_MS = 10_000
"""How long before it expires a token is renewed, so that it is still valid when it arrives."""

Query = Mapping[str, object] | Sequence[tuple[str, object]]
SendRequest = Callable[[str, str, Mapping[str, str], bytes | None], ApiResponse]
"""Takes method, URL, headers and body."""


def api_path(*segments: object) -> str:
    """Return a path below /api/v1; the segments are escaped."""
    return "".join(f"/{quote(str(segment), safe='')}" for segment in segments)


class ApiClient:
    """The API at ``url``, used with ``key``, an API key, or else with the stored login."""

    def __init__(
        self,
        url: str,
        sessions: SessionFile,
        clock: Clock,
        key: str | None = None,
        send: SendRequest = send_request,
    ) -> None:
        self.url = url
        self._sessions = sessions
        self._clock = clock
        self._key = key
        self._send_request = send

    def get(self, path: str, query: Query = ()) -> Any:
        """Return the JSON of a GET request. Raises ``CliError`` with the API's message."""
        return self.call("GET", path, query=query)

    def call(self, method: str, path: str, body: object = None, query: Query = ()) -> Any:
        """Return the response's JSON, None where it is empty. Raises ``CliError`` with the API's message."""
        token = self._token()
        response = self._send(method, path, body, query, token)
        if response.status == 401 and self._key is None:
            response = self._send(method, path, body, query, self._renewed_token(token))
        return response_json(response)

    def transfer(self, method: str, path: str, send: SendRequest, query: Query = ()) -> Any:
        """Like ``call``, with a ``send`` that uploads or downloads a file. It may be called twice."""
        token = self._token()
        response = self._send(method, path, None, query, token, send)
        if response.status == 401 and self._key is None:
            response = self._send(method, path, None, query, self._renewed_token(token), send)
        return response_json(response)

    def log_in(self, username: str, password: str, ask_code: Callable[[], str]) -> None:
        """Log in and store the login. ``ask_code`` is called when the account has a second factor."""
        credentials = {"username": username, "password": password}
        response = self._send("POST", "/auth/token", credentials)
        if problem_slug(response) == SECOND_FACTOR_NEEDED:
            response = self._send("POST", "/auth/token", credentials | {"code": ask_code()})
        tokens = response_json(response)
        with self._sessions.locked():
            self._sessions.write(self._session(username, tokens))

    def log_out(self) -> None:
        """Delete the stored login and end it at the API. Raises ``CliError`` when only the first succeeded."""
        with self._sessions.locked():
            session = self._stored_session()
            self._sessions.remove()
        response_json(self._send("POST", "/auth/logout", {"refresh_token": session.refresh_token}))

    @property
    def has_credentials(self) -> bool:
        """Whether there is an API key, or a login at this API."""
        session = self._sessions.read()
        return self._key is not None or (session is not None and session.api == self.url)

    def token(self, rejected: str | None = None) -> str:
        """Return the bearer token; ``rejected`` is one that the API no longer accepts. Raises ``CliError``."""
        return self._renewed_token(rejected) if rejected and self._key is None else self._token()

    def _token(self) -> str:
        if self._key is not None:
            return self._key
        session = self._stored_session()
        return (
            session.access_token
            if self._clock() < session.expires_at - _RENEW_EARLY_MS
            else self._renewed_token(session.access_token)
        )

    def _renewed_token(self, old: str) -> str:
        """Return a token that replaces ``old``: one that a parallel command has stored, else one from the API."""
        with self._sessions.locked():
            session = self._stored_session()
            if session.access_token != old:
                return session.access_token
            response = self._send("POST", "/auth/refresh", {"refresh_token": session.refresh_token})
            if response.status == 401:
                self._sessions.remove()
                raise NotAllowedError(f"the login of {session.username} has expired; {LOG_IN}")
            renewed = self._session(session.username, response_json(response))
            self._sessions.write(renewed)
            return renewed.access_token

    def _stored_session(self) -> LoginSession:
        session = self._sessions.read()
        if session is None:
            raise NotAllowedError(f"you are not logged in; {LOG_IN}")
        if session.api != self.url:
            raise NotAllowedError(
                f"you are logged in at {session.api}, not at {self.url}; "
                f"log in with `pyuniqvisit login USERNAME --api {self.url}`"
            )
        return session

    def _session(self, username: str, tokens: Any) -> LoginSession:
        try:
            expires_at = self._clock() + int(tokens["expires_in"]) * 1000
            return LoginSession(
                self.url, username, str(tokens["access_token"]), str(tokens["refresh_token"]), expires_at
            )
        except (KeyError, TypeError, ValueError):
            raise CliError(f"the server at {self.url} is not a PyUniqVisit API; check the URL") from None

    def _send(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Query = (),
        token: str | None = None,
        send: SendRequest | None = None,
    ) -> ApiResponse:
        headers = {"Accept": "application/json", "User-Agent": f"pyuniqvisit/{VERSION}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        query_string = urlencode(query)
        send = send or self._send_request
        return send(method, f"{self.url}/api/v1{path}" + (f"?{query_string}" if query_string else ""), headers, content)
