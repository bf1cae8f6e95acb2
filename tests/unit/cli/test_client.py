"""The API client: tokens, errors and URLs, against a fake API."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.cli.client import ApiClient, api_path
from services.cli.client.credentials import LoginSession, SessionFile
from services.cli.client.http import ApiResponse, validated_url
from services.cli.errors import CliError, NotAllowedError, NotFoundError, UnreachableError

API = "http://127.0.0.1:8000"
NOW = 1_000_000_000


class FakeApi:
    """Returns the given responses in order, and records the requests."""

    def __init__(self, *responses: ApiResponse) -> None:
        self.responses = list(responses)
        self.requests: list[tuple[str, str, str | None, Any]] = []

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> ApiResponse:
        token = headers.get("Authorization", "").removeprefix("Bearer ") or None
        self.requests.append((method, url.removeprefix(f"{API}/api/v1"), token, json.loads(body) if body else None))
        return self.responses.pop(0)


def response(status: int, document: object = None, **headers: str) -> ApiResponse:
    return ApiResponse(status, headers, b"" if document is None else json.dumps(document).encode())


def token_pair(number: int) -> ApiResponse:
    return response(200, {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "expires_in": 900})


def problem(status: int, kind: str, detail: str, **headers: str) -> ApiResponse:
    return response(status, {"type": f"urn:pyuniqvisit:problem:{kind}", "title": "T", "detail": detail}, **headers)


@pytest.fixture
def sessions(tmp_path: Path) -> SessionFile:
    return SessionFile(tmp_path)


def client(sessions: SessionFile, fake_api: FakeApi, key: str | None = None) -> ApiClient:
    return ApiClient(API, sessions, lambda: NOW, key, fake_api)


def store_login(sessions: SessionFile, expires_at: int = NOW + 60_000, api: str = API) -> None:
    sessions.write(LoginSession(api, "ada", "access-0", "refresh-0", expires_at))


def no_code() -> str:
    raise AssertionError("the account has no second factor")


def test_login_is_stored_and_used(sessions: SessionFile):
    fake_api = FakeApi(token_pair(1), response(200, {"sites": []}))
    client(sessions, fake_api).log_in("ada", "right", no_code)
    assert client(sessions, fake_api).get("/sites") == {"sites": []}
    assert fake_api.requests == [
        ("POST", "/auth/token", None, {"username": "ada", "password": "right"}),
        ("GET", "/sites", "access-1", None),
    ]
    assert sessions.read() == LoginSession(API, "ada", "access-1", "refresh-1", NOW + 900_000)


def test_login_asks_for_second_factor_when_needed(sessions: SessionFile):
    fake_api = FakeApi(problem(401, "second-factor-required", "a code is required"), token_pair(1))
    client(sessions, fake_api).log_in("ada", "right", lambda: "123456")
    assert fake_api.requests[1][3] == {"username": "ada", "password": "right", "code": "123456"}


def test_failed_login_is_reported_in_one_line_and_keeps_stored_login(sessions: SessionFile):
    store_login(sessions)
    fake_api = FakeApi(problem(401, "invalid-credentials", "wrong username or password"))
    with pytest.raises(NotAllowedError, match=r"^wrong username or password$"):
        client(sessions, fake_api).log_in("ada", "wrong", no_code)
    assert sessions.read() is not None


def test_token_is_renewed_before_it_expires(sessions: SessionFile):
    store_login(sessions, expires_at=NOW + 5_000)
    fake_api = FakeApi(token_pair(1), response(200, {}))
    client(sessions, fake_api).get("/sites")
    assert fake_api.requests == [
        ("POST", "/auth/refresh", None, {"refresh_token": "refresh-0"}),
        ("GET", "/sites", "access-1", None),
    ]
    assert sessions.read() == LoginSession(API, "ada", "access-1", "refresh-1", NOW + 900_000)


def test_rejected_token_is_renewed_once(sessions: SessionFile):
    store_login(sessions)
    fake_api = FakeApi(problem(401, "unauthenticated", "no"), token_pair(1), response(204))
    assert client(sessions, fake_api).call("DELETE", "/users/bob") is None
    assert [request[2] for request in fake_api.requests] == ["access-0", None, "access-1"]


def test_login_renewed_by_another_command_is_not_renewed_again(sessions: SessionFile):
    store_login(sessions)

    class SlowApi(FakeApi):
        def __call__(self, *request: Any) -> ApiResponse:
            sessions.write(LoginSession(API, "ada", "access-9", "refresh-9", NOW + 60_000))
            return super().__call__(*request)

    fake_api = SlowApi(problem(401, "unauthenticated", "no"), response(200, {}))
    client(sessions, fake_api).get("/sites")
    assert [request[1:3] for request in fake_api.requests] == [("/sites", "access-0"), ("/sites", "access-9")]


def test_expired_login_is_reported_and_deleted(sessions: SessionFile):
    store_login(sessions, expires_at=NOW)
    fake_api = FakeApi(problem(401, "invalid-refresh-token", "the refresh token is not valid"))
    with pytest.raises(
        NotAllowedError, match=r"^the login of ada has expired; log in with `pyuniqvisit login USERNAME`$"
    ):
        client(sessions, fake_api).get("/sites")
    assert sessions.read() is None


def test_nothing_is_sent_without_login_or_to_another_api(sessions: SessionFile):
    fake_api = FakeApi()
    with pytest.raises(NotAllowedError, match="you are not logged in"):
        client(sessions, fake_api).get("/sites")
    store_login(sessions, api="https://stats.example.com")
    with pytest.raises(NotAllowedError, match=r"you are logged in at https://stats.example.com, not at"):
        client(sessions, fake_api).get("/sites")
    assert fake_api.requests == []


def test_api_key_needs_no_login_and_is_never_renewed(sessions: SessionFile):
    fake_api = FakeApi(problem(401, "unauthenticated", "the API key is not valid"))
    with pytest.raises(NotAllowedError, match="the API key is not valid"):
        client(sessions, fake_api, key="uvk_key").get("/sites")
    assert [request[2] for request in fake_api.requests] == ["uvk_key"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, NotAllowedError),
        (403, NotAllowedError),
        (404, NotFoundError),
        (409, CliError),
        (422, CliError),
        (429, CliError),
        (500, CliError),
        (502, UnreachableError),
        (503, UnreachableError),
    ],
)
def test_error_has_message_of_api_and_exit_code_of_status(sessions: SessionFile, status: int, kind: type[CliError]):
    fake_api = FakeApi(problem(status, "some", "the reason\nin words"))
    with pytest.raises(CliError, match=r"^the reason in words$") as caught:
        client(sessions, fake_api, key="uvk_key").get("/sites")
    assert type(caught.value) is kind


def test_error_includes_retry_delay(sessions: SessionFile):
    headers = {"retry-after": "30"}
    fake_api = FakeApi(problem(429, "too-many-logins", "too many attempts", **headers))
    with pytest.raises(CliError, match=r"^too many attempts; try again in 30 s$"):
        client(sessions, fake_api).log_in("ada", "right", no_code)


@pytest.mark.parametrize("body", [b"<html>Bad Gateway</html>", b"", b"[1]", b"\xff"])
def test_error_without_problem_document_is_one_line(sessions: SessionFile, body: bytes):
    with pytest.raises(UnreachableError, match=r"^the server responded with status 502$"):
        client(sessions, FakeApi(ApiResponse(502, {}, body)), key="k").get("/sites")


def test_redirect_is_reported_and_not_followed(sessions: SessionFile):
    fake_api = FakeApi(response(301, location="https://elsewhere.example/"))
    with pytest.raises(CliError, match=r"https://elsewhere\.example/"):
        client(sessions, fake_api, key="k").get("/sites")


def test_other_server_is_recognized(sessions: SessionFile):
    with pytest.raises(CliError, match="not JSON; check that the URL"):
        client(sessions, FakeApi(ApiResponse(200, {}, b"<html>"))).log_in("ada", "right", no_code)
    with pytest.raises(CliError, match="not a PyUniqVisit API"):
        client(sessions, FakeApi(response(200, {"hello": "world"}))).log_in("ada", "right", no_code)
    assert sessions.read() is None


def test_logout_deletes_stored_login_even_when_api_is_unavailable(sessions: SessionFile):
    store_login(sessions)
    with pytest.raises(UnreachableError):
        client(sessions, FakeApi(ApiResponse(503, {}, b""))).log_out()
    assert sessions.read() is None


def test_path_segments_are_escaped():
    assert api_path("sites", "a/../b?c#d", "é") == "/sites/a%2F..%2Fb%3Fc%23d/%C3%A9"


@pytest.mark.parametrize(
    "url", ["", "stats.example.com", "ftp://a", "http://", "http://a:b", "http://u@a", "http://a?b"]
)
def test_invalid_url_is_rejected(url: str):
    with pytest.raises(CliError, match="is not the URL of an API"):
        validated_url(url)


def test_url_loses_trailing_slash():
    assert validated_url(" https://a.example:8443/stats/ ") == "https://a.example:8443/stats"
