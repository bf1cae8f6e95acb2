"""Behavior of every endpoint: headers, request ids, media types, methods, access and problem documents."""

import asyncio
import json
import re
import time
from functools import partial
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import Field
from structlog.testing import capture_logs

from common.clock import system_clock
from services.api.accounts.auth.models import Caller, Scope, UnauthenticatedError, Viewer
from services.api.endpoints import Access, Cookie, Endpoint, Reply, RequestHooks, endpoint_routes
from services.api.http.middleware import SECURITY_HEADERS, request_id_middleware
from services.api.http.models import RequestModel, ResponseModel
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import ACTOR, SUBJECT
from services.api.problems import CONTENT_TYPE, problem_middleware, problem_of
from tests.support.zip_bombs import gzipped_zeros

USER = Caller(UUID(int=1), "rob", is_admin=False)
ADMIN = Caller(UUID(int=2), "ada", is_admin=True)
CALLERS = {
    "user": USER,
    "admin": ADMIN,
    "stats-key": Caller(USER.id, "rob", is_admin=False, scopes=frozenset({Scope.READ_STATS})),
    "events-key": Caller(USER.id, "rob", is_admin=False, scopes=frozenset({Scope.WRITE_EVENTS})),
    "user-key": Caller(USER.id, "rob", is_admin=False, scopes=frozenset({Scope.ADMIN})),
    "admin-key": Caller(ADMIN.id, "ada", is_admin=True, scopes=frozenset({Scope.ADMIN})),
    "site-key": Caller(ADMIN.id, "ada", is_admin=True, scopes=frozenset({Scope.ADMIN}), site_id=1),
}


class Page(RequestModel):
    limit: int = 10
    filter: tuple[str, ...] = ()
    from_: str | None = Field(None, alias="from")


class ItemBody(RequestModel):
    name: str
    secret: str = ""


class SampleResponse(ResponseModel):
    text: str


async def respond(request: web.Request) -> SampleResponse:
    return SampleResponse(text="ok")


async def respond_to_query(request: web.Request, query: Page) -> SampleResponse:
    return SampleResponse(text=query.model_dump_json())


async def accept(request: web.Request, caller: Caller, body: ItemBody) -> SampleResponse:
    request[SUBJECT] = body.name
    return SampleResponse(text=caller.username)


async def accept_optional(request: web.Request, body: ItemBody | None) -> SampleResponse:
    return SampleResponse(text=body.name if body else "nothing")


async def accept_nothing(request: web.Request) -> None:
    return None


async def look(request: web.Request, viewer: Viewer) -> SampleResponse:
    return SampleResponse(text=viewer.caller.username if viewer.caller else "anonymous")


async def reply(request: web.Request) -> Reply[SampleResponse]:
    cookies = (Cookie("uv", "1", "/api", 60), Cookie("old", "", "/", 0, secure=False))
    return Reply(SampleResponse(text="reply"), cookies, {"Location": "/elsewhere"})


async def send(request: web.Request) -> web.Response:
    return web.Response(text="a,b", content_type="text/csv", headers={"Referrer-Policy": "origin"})


async def enter(request: web.Request) -> None:
    request[ACTOR] = ADMIN


async def fail(request: web.Request) -> SampleResponse:
    raise RuntimeError("secret 192.0.2.1")


endpoint = partial(Endpoint, tag=Tag.DESCRIPTION, operation_id="unused")

ENDPOINTS = (
    endpoint("GET", "/public", respond, Access.PUBLIC),
    endpoint("GET", "/viewer", look, Access.VIEWER),
    endpoint("GET", "/viewer/stats", look, Access.VIEWER, scope=Scope.READ_STATS),
    endpoint("GET", "/user", respond),
    endpoint("GET", "/user/stats", respond, scope=Scope.READ_STATS),
    endpoint("GET", "/admin", respond, Access.ADMIN),
    endpoint("GET", "/admin/events", respond, Access.ADMIN, scope=Scope.WRITE_EVENTS),
    endpoint("GET", "/query", respond_to_query, Access.PUBLIC),
    endpoint("POST", "/body", accept, status=201, max_body=1_000, audit="item.create"),
    endpoint("PUT", "/perhaps", accept_optional, Access.PUBLIC),
    endpoint("DELETE", "/items/{name}/parts/{part}", accept_nothing, audit="part.delete"),
    endpoint("POST", "/enter", enter, Access.PUBLIC, audit="enter"),
    endpoint("POST", "/anonymous", accept_nothing, Access.PUBLIC, audit="anonymous"),
    endpoint("GET", "/reply", reply, Access.PUBLIC),
    endpoint("GET", "/file", send, Access.PUBLIC),
    endpoint("GET", "/broken", fail, Access.PUBLIC),
    endpoint("POST", "/broken", fail, Access.USER, audit="broken"),
)


@pytest.fixture
def audit_events():
    return []


@pytest.fixture
async def small(audit_events):
    """A client of an application of this module's endpoints, where a token is the name of a role."""

    async def authenticate(request):
        caller = CALLERS.get(request.headers.get("Authorization", ""))
        if caller is None:
            raise UnauthenticatedError("no")
        return caller

    async def identify(request):
        return Viewer(await authenticate(request)) if "Authorization" in request.headers else Viewer()

    async def record(request, event):
        audit_events.append(event)

    app = web.Application(middlewares=[request_id_middleware(system_clock, lambda n: bytes(n)), problem_middleware])
    app.add_routes(endpoint_routes(ENDPOINTS, RequestHooks(authenticate, identify, record)))
    async with TestClient(TestServer(app)) as client:
        yield client


def headers_of(role):
    return {"Authorization": role} if role else {}


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/public", {None, "unknown", *CALLERS}),
        ("/viewer", {None, "user", "admin", "user-key", "admin-key"}),
        ("/viewer/stats", {None, "user", "admin", "stats-key", "user-key", "admin-key", "site-key"}),
        ("/user", {"user", "admin", "user-key", "admin-key"}),
        ("/user/stats", {"user", "admin", "stats-key", "user-key", "admin-key", "site-key"}),
        ("/admin", {"admin", "admin-key"}),
        ("/admin/events", {"admin", "admin-key", "site-key"}),
    ],
)
async def test_access_and_scope_admit_exactly_the_right_callers(small, path, allowed):
    for role in (None, "unknown", *CALLERS):
        answer = await small.get(path, headers=headers_of(role))
        expected = 200 if role in allowed else 401 if role in (None, "unknown") else 403
        assert answer.status == expected, role
        if expected == 403:
            scopes = CALLERS[role].scopes
            slug = (await answer.json())["type"].rpartition(":")[2]
            assert slug == ("forbidden" if scopes is None or role == "user-key" else "insufficient-scope") or (
                role in ("events-key",) and slug == "forbidden"
            ), role


async def test_viewer_is_caller_or_anonymous(small):
    for role, name in ((None, "anonymous"), ("user", "rob")):
        assert await (await small.get("/viewer", headers=headers_of(role))).json() == {"text": name}


async def test_repeatable_parameter_keeps_order(small):
    response = await (await small.get("/query?filter=a&limit=3&filter=b&from=x")).json()
    assert json.loads(response["text"]) == {"limit": 3, "filter": ["a", "b"], "from_": "x"}
    response = await (await small.get("/query?filter=a")).json()
    assert json.loads(response["text"])["filter"] == ["a"]


@pytest.mark.parametrize("query", ["limit=1&limit=2", "from=a&from=b", "limit=x", "from=a%00", "filter=%00", "a=1"])
async def test_invalid_parameter_is_named(small, query):
    answer = await small.get(f"/query?{query}")
    assert answer.status == 400
    assert (await answer.json())["field"].partition(".")[0] == query.partition("=")[0]


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ("APPLICATION/JSON", 201),
        ("application/merge-patch+json", 201),
        (None, 201),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/xml", 415),
        ("text/x+json", 415),
        ("nonsense", 415),
    ],
)
async def test_body_must_be_json_with_matching_media_type(small, media_type, status):
    headers = headers_of("user") | ({"Content-Type": media_type} if media_type else {})
    answer = await small.post(
        "/body", data=b'{"name": "x"}', headers=headers, skip_auto_headers=() if media_type else ("Content-Type",)
    )
    assert answer.status == status
    if status == 415:
        assert (await answer.json())["type"].endswith(":unsupported-media-type")


async def test_rights_are_checked_before_body(small):
    answer = await small.post("/body", data=b"x" * 5_000, headers={"Content-Type": "text/plain"})
    assert answer.status == 401


@pytest.mark.parametrize("chunked", [False, True])
async def test_body_is_limited_to_size_of_endpoint(small, chunked):
    async def pieces(text):
        for start in range(0, len(text), 100):
            yield text[start : start + 100]

    headers = headers_of("user") | {"Content-Type": "application/json"}
    for size, status in ((1_000, 201), (1_001, 413)):
        text = b'{"name": "x"}'.ljust(size)
        answer = await small.post("/body", data=pieces(text) if chunked else text, headers=headers)
        assert answer.status == status


async def test_client_that_disconnects_within_body_causes_no_error(small):
    head = (
        "POST /body HTTP/1.1",
        "Host: x",
        "Authorization: user",
        "Content-Type: application/json",
        "Content-Length: 9",
    )
    small.server.runner.server.handler_cancellation = False  # as outside of tests
    with capture_logs() as logs:
        _, writer = await asyncio.open_connection(small.server.host, small.server.port)
        writer.write("\r\n".join([*head, "", '{"a"']).encode())
        await asyncio.sleep(0.1)
        writer.transport.abort()
        await asyncio.sleep(0.1)
    assert logs == []


async def test_optional_body_that_is_left_out_is_none(small):
    for arguments, expected in (
        ({}, "nothing"),
        ({"data": b"", "headers": {"Content-Type": "application/json"}}, "nothing"),
        ({"json": {"name": "x"}}, "x"),
    ):
        assert await (await small.put("/perhaps", **arguments)).json() == {"text": expected}
    assert (await small.put("/perhaps", data=b"{", headers={"Content-Type": "application/json"})).status == 400


async def test_none_is_returned_as_204_without_body(small):
    answer = await small.delete("/items/a/parts/b", headers=headers_of("user"))
    assert (answer.status, await answer.read()) == (204, b"")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_reply_sets_headers_and_http_only_cookies(small):
    answer = await small.get("/reply")
    assert await answer.json() == {"text": "reply"}
    assert answer.headers["Location"] == "/elsewhere"
    secure, plain = sorted(answer.headers.getall("Set-Cookie"), key=lambda cookie: not cookie.startswith("uv="))
    assert set(re.split("; ", secure)) == {"uv=1", "HttpOnly", "Max-Age=60", "Path=/api", "SameSite=Strict", "Secure"}
    assert "Max-Age=0" in plain
    assert "Secure" not in plain


async def test_response_of_handler_is_left_unchanged(small):
    answer = await small.get("/file")
    assert (answer.content_type, await answer.text()) == ("text/csv", "a,b")


async def test_audit_event_has_actor_action_subject_and_fields(small, audit_events):
    body = {"name": "item", "secret": "xyz"}
    await small.post("/body", json=body, headers=headers_of("user") | {"X-Request-Id": "r-1"})
    await small.delete("/items/a/parts/b", headers=headers_of("admin-key"))
    await small.post("/enter")
    made, deleted, entered = audit_events
    assert (made.actor, made.action, made.subject) == (USER, "item.create", "item")
    assert (made.fields, made.request_id) == (("name", "secret"), "r-1")
    assert (deleted.actor.username, deleted.subject, deleted.fields) == ("ada", "a/b", ())
    assert entered.actor == ADMIN


async def test_failed_and_anonymous_requests_leave_no_audit_event(small, audit_events):
    await small.post("/body", json={"name": 1}, headers=headers_of("user"))
    await small.post("/body", json={"name": "x"})
    await small.post("/broken", headers=headers_of("user"))
    assert (await small.post("/anonymous")).status == 204
    assert audit_events == []


async def test_unexpected_error_reveals_nothing(small):
    answer = await small.get("/broken")
    assert (answer.status, answer.content_type) == (500, CONTENT_TYPE)
    assert "secret" not in await answer.text()


@pytest.mark.parametrize("given", ["r-1", "0123456789abcdef", "A.b_c-" * 10])
async def test_request_id_of_client_is_kept(client, given):
    assert (await client.get("/health/live", headers={"X-Request-Id": given})).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", [None, "", "a b", "x" * 65, "a;b", "é"])
async def test_request_without_valid_id_gets_one(client, given):
    headers = {} if given is None else {"X-Request-Id": given}
    ids = [(await client.get("/api/v1/sites", headers=headers)).headers["X-Request-Id"] for _ in range(2)]
    assert ids[0] != ids[1]
    for request_id in ids:
        assert re.fullmatch(r"[0-9a-f]{32}", request_id)


async def test_log_lines_have_id_of_their_request_only(small, capsys):
    await small.get("/broken", headers={"X-Request-Id": "r-broken"})
    assert "r-broken" in capsys.readouterr().out
    await small.get("/broken", headers={"X-Request-Id": "r-second"})
    assert "r-broken" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health/live", 200),
        ("GET", "/metrics", 200),
        ("GET", "/api/v1/sites", 200),
        ("POST", "/api/v1/sites", 422),
        ("GET", "/api/v1/sites/missing", 404),
        ("GET", "/nowhere", 404),
        ("PUT", "/api/v1/sites", 405),
        ("OPTIONS", "/api/v1/sites", 405),
        ("GET", "/", 503),
        ("GET", "/demo", 302),
    ],
)
async def test_every_response_has_security_headers_and_no_cors(client, admin, method, path, status):
    headers = admin.headers | {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    body = {"json": {}} if method == "POST" else {}
    answer = await client.request(method, path, headers=headers, allow_redirects=False, **body)
    assert answer.status == status
    for name in SECURITY_HEADERS:
        assert name in answer.headers
    assert "X-Request-Id" in answer.headers
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


async def test_method_not_allowed_lists_allowed_methods(client, admin):
    for method, path, allowed in (
        ("PUT", "/api/v1/users", {"GET", "POST"}),
        ("POST", "/api/v1/users/bob", {"GET", "PATCH", "DELETE"}),
        ("HEAD", "/api/v1/users", {"GET", "POST"}),
    ):
        answer = await client.request(method, path, headers=admin.headers)
        assert answer.status == 405
        assert set(answer.headers["Allow"].split(",")) == allowed


@pytest.mark.parametrize(("query", "value"), [("select $1::text", "a\0b"), ("select $1::jsonb", {"a": "\0"})])
async def test_text_that_database_cannot_store_is_client_error(pool, query, value):
    with pytest.raises(asyncpg.DataError) as refused:
        await pool.fetchval(query, value)
    assert problem_of(refused.value)[:2] == (422, "unsupported-character")


async def test_demo_pages_allow_referrers(client, web_dir):
    (web_dir / "demo").mkdir(parents=True)
    (web_dir / "demo" / "index.html").write_text("demo")
    answer = await client.get("/demo/")
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


@pytest.mark.parametrize("path", ["/api/v1/sites/%00", "/api/v1/users/a%00b", "/api/v1/sites/x%00/stats/summary"])
async def test_path_with_null_character_is_not_found(client, admin, path):
    answer = await client.get(path, headers=admin.headers)
    assert (answer.status, answer.content_type) == (404, CONTENT_TYPE)


@pytest.mark.parametrize("is_known", [True, False])
async def test_compressed_body_that_unpacks_beyond_limit_is_rejected(client, admin, is_known):
    bomb = gzipped_zeros(512)
    headers = (admin.headers if is_known else {}) | {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    begun = time.thread_time()
    answer = await client.post("/api/v1/sites", data=bomb, headers=headers)
    assert answer.status == (413 if is_known else 401)
    assert (await client.get("/health/live")).status == 200
    assert time.thread_time() - begun < 0.5, "unpacking takes seconds"
