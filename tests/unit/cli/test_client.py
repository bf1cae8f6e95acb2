"""The client's side of the contract: tokens, refusals, addresses. The API is played by the test."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.cli.client import Client, route
from services.cli.client.session import Session, SessionFile
from services.cli.client.transport import Answer, checked_url
from services.cli.errors import CliError, NotAllowedError, NotFoundError, UnreachableError

API = "http://127.0.0.1:8000"
NOW = 1_000_000_000


class Played:
    """Answers requests in order, and keeps them."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, str, str | None, Any]] = []

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        token = headers.get("Authorization", "").removeprefix("Bearer ") or None
        self.requests.append((method, url.removeprefix(f"{API}/api/v1"), token, json.loads(body) if body else None))
        return self.answers.pop(0)


def answer(status: int, document: object = None, **headers: str) -> Answer:
    return Answer(status, headers, b"" if document is None else json.dumps(document).encode())


def pair(number: int) -> Answer:
    return answer(200, {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "expires_in": 900})


def problem(status: int, kind: str, detail: str, **headers: str) -> Answer:
    return answer(status, {"type": f"urn:pyuniqvisit:problem:{kind}", "title": "T", "detail": detail}, **headers)


@pytest.fixture
def sessions(tmp_path: Path) -> SessionFile:
    return SessionFile(tmp_path)


def client(sessions: SessionFile, played: Played, key: str | None = None) -> Client:
    return Client(API, sessions, lambda: NOW, key, played)


def logged_in(sessions: SessionFile, expires_at: int = NOW + 60_000, api: str = API) -> None:
    sessions.write(Session(api, "ada", "access-0", "refresh-0", expires_at))


def unasked() -> str:
    raise AssertionError("nobody has a second factor here")


def test_a_login_is_kept_and_used(sessions: SessionFile):
    played = Played(pair(1), answer(200, {"sites": []}))
    client(sessions, played).log_in("ada", "right", unasked)
    assert client(sessions, played).get("/sites") == {"sites": []}
    assert played.requests == [
        ("POST", "/auth/token", None, {"username": "ada", "password": "right"}),
        ("GET", "/sites", "access-1", None),
    ]
    assert sessions.read() == Session(API, "ada", "access-1", "refresh-1", NOW + 900_000)


def test_a_second_factor_is_asked_for_when_it_is_needed(sessions: SessionFile):
    played = Played(problem(401, "second-factor-required", "a code is needed"), pair(1))
    client(sessions, played).log_in("ada", "right", lambda: "123456")
    assert played.requests[1][3] == {"username": "ada", "password": "right", "code": "123456"}


def test_a_refused_login_is_one_line_and_leaves_the_login_before(sessions: SessionFile):
    logged_in(sessions)
    played = Played(problem(401, "invalid-credentials", "wrong username or password"))
    with pytest.raises(NotAllowedError, match=r"^wrong username or password$"):
        client(sessions, played).log_in("ada", "wrong", unasked)
    assert sessions.read() is not None


def test_a_token_near_its_end_is_renewed_before_it_is_used(sessions: SessionFile):
    logged_in(sessions, expires_at=NOW + 5_000)
    played = Played(pair(1), answer(200, {}))
    client(sessions, played).get("/sites")
    assert played.requests == [
        ("POST", "/auth/refresh", None, {"refresh_token": "refresh-0"}),
        ("GET", "/sites", "access-1", None),
    ]
    assert sessions.read() == Session(API, "ada", "access-1", "refresh-1", NOW + 900_000)


def test_a_token_that_the_api_no_longer_takes_is_renewed_once(sessions: SessionFile):
    logged_in(sessions)
    played = Played(problem(401, "unauthenticated", "no"), pair(1), answer(204))
    assert client(sessions, played).call("DELETE", "/users/bob") is None
    assert [request[2] for request in played.requests] == ["access-0", None, "access-1"]


def test_a_login_that_another_command_renewed_meanwhile_is_not_renewed_again(sessions: SessionFile):
    logged_in(sessions)

    class Slow(Played):
        def __call__(self, *request: Any) -> Answer:
            sessions.write(Session(API, "ada", "access-9", "refresh-9", NOW + 60_000))
            return super().__call__(*request)

    played = Slow(problem(401, "unauthenticated", "no"), answer(200, {}))
    client(sessions, played).get("/sites")
    assert [request[1:3] for request in played.requests] == [("/sites", "access-0"), ("/sites", "access-9")]


def test_a_login_that_has_ended_says_so_and_is_forgotten(sessions: SessionFile):
    logged_in(sessions, expires_at=NOW)
    played = Played(problem(401, "invalid-refresh-token", "the refresh token is not valid"))
    with pytest.raises(NotAllowedError, match=r"^the login of ada has ended; log in with `pyuniqvisit login`$"):
        client(sessions, played).get("/sites")
    assert sessions.read() is None


def test_nothing_is_sent_for_nobody_nor_to_another_api(sessions: SessionFile):
    played = Played()
    with pytest.raises(NotAllowedError, match="nobody is logged in"):
        client(sessions, played).get("/sites")
    logged_in(sessions, api="https://stats.example.com")
    with pytest.raises(NotAllowedError, match=r"ada is logged in at https://stats.example.com, not at"):
        client(sessions, played).get("/sites")
    assert played.requests == []


def test_an_api_key_needs_no_login_and_is_never_renewed(sessions: SessionFile):
    played = Played(problem(401, "unauthenticated", "the API key is not valid"))
    with pytest.raises(NotAllowedError, match="the API key is not valid"):
        client(sessions, played, key="uvk_key").get("/sites")
    assert [request[2] for request in played.requests] == ["uvk_key"]


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
def test_a_refusal_is_what_the_api_says_with_its_exit_code(sessions: SessionFile, status: int, kind: type[CliError]):
    played = Played(problem(status, "some", "the reason\nin words"))
    with pytest.raises(CliError, match=r"^the reason in words$") as caught:
        client(sessions, played, key="uvk_key").get("/sites")
    assert type(caught.value) is kind


def test_whoever_has_to_wait_is_told_for_how_long(sessions: SessionFile):
    headers = {"retry-after": "30"}
    played = Played(problem(429, "too-many-logins", "too many attempts", **headers))
    with pytest.raises(CliError, match=r"^too many attempts; try again in 30 s$"):
        client(sessions, played).log_in("ada", "right", unasked)


@pytest.mark.parametrize("body", [b"<html>Bad Gateway</html>", b"", b"[1]", b"\xff"])
def test_an_answer_without_a_problem_document_is_still_one_line(sessions: SessionFile, body: bytes):
    with pytest.raises(UnreachableError, match=r"^the server answers with status 502$"):
        client(sessions, Played(Answer(502, {}, body)), key="k").get("/sites")


def test_a_redirect_is_not_followed_but_said(sessions: SessionFile):
    played = Played(answer(301, location="https://elsewhere.example/"))
    with pytest.raises(CliError, match=r"https://elsewhere\.example/"):
        client(sessions, played, key="k").get("/sites")


def test_what_is_no_api_is_recognised(sessions: SessionFile):
    with pytest.raises(CliError, match="no API of PyUniqVisit"):
        client(sessions, Played(Answer(200, {}, b"<html>"))).log_in("ada", "right", unasked)
    with pytest.raises(CliError, match="no API of PyUniqVisit"):
        client(sessions, Played(answer(200, {"hello": "world"}))).log_in("ada", "right", unasked)
    assert sessions.read() is None


def test_logging_out_forgets_the_login_even_when_the_api_is_away(sessions: SessionFile):
    logged_in(sessions)
    with pytest.raises(UnreachableError):
        client(sessions, Played(Answer(503, {}, b""))).log_out()
    assert sessions.read() is None


def test_names_cannot_leave_their_place_in_a_path():
    assert route("sites", "a/../b?c#d", "é") == "/sites/a%2F..%2Fb%3Fc%23d/%C3%A9"


@pytest.mark.parametrize(
    "url", ["", "stats.example.com", "ftp://a", "http://", "http://a:b", "http://u@a", "http://a?b"]
)
def test_what_is_no_address_is_refused(url: str):
    with pytest.raises(CliError, match="not the address of an API"):
        checked_url(url)


def test_an_address_loses_its_last_slash():
    assert checked_url(" https://a.example:8443/stats/ ") == "https://a.example:8443/stats"
