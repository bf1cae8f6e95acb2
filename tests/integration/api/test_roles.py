"""Rights: every route, requested in every role."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from common.clock import utc
from common.store.accounts import create_user
from services.api.app import ENDPOINTS
from services.api.compat.v01dworks.routes import ENDPOINTS as COMPATIBLE_ENDPOINTS
from tests.integration.api.people import add_user, make_site_admin
from tests.integration.api.signed.device import Device
from tests.support.rows import add_visit

ROLES = ("anonymous", "other", "member", "admin", "stats", "events", "full", "share")
"""Without a login; a user who is not a member of the site; a member; an administrator; API keys of that administrator
with the scopes read:stats, write:events and admin; a visitor with a share link of the site.

The table has the status of each response, where the site and all requested objects exist. Under ``me``, 404 means that
access is allowed, because the requested object does not exist. A device, which signs with a key of the site, gets the
same responses as ``share``.
"""
TABLE = """
                                                     anonymous other member admin stats events full share
POST   /api/v1/auth/token                                  200   200    200   200   200    200  200   200
POST   /api/v1/auth/refresh                                200   200    200   200   200    200  200   200
POST   /api/v1/auth/logout                                 204   204    204   204   204    204  204   204
GET    /api/v1/me                                          401   200    200   200   200    200  200   401
PATCH  /api/v1/me                                          401   200    200   200   403    403  403   401
PUT    /api/v1/me/password                                 401   422    422   422   403    403  403   401
GET    /api/v1/me/sessions                                 401   200    200   200   403    403  403   401
DELETE /api/v1/me/sessions                                 401   204    204   204   403    403  403   401
DELETE /api/v1/me/sessions/{id}                            401   404    404   404   403    403  403   401
POST   /api/v1/me/totp                                     401   200    200   200   403    403  403   401
POST   /api/v1/me/totp/confirm                             401   409    409   409   403    403  403   401
DELETE /api/v1/me/totp                                     401   204    204   204   403    403  403   401
GET    /api/v1/me/keys                                     401   200    200   200   403    403  403   401
POST   /api/v1/me/keys                                     401   201    201   201   403    403  403   401
DELETE /api/v1/me/keys/{id}                                401   404    404   404   403    403  403   401
GET    /api/v1/users                                       401   403    403   200   403    403  200   401
POST   /api/v1/users                                       401   403    403   201   403    403  201   401
GET    /api/v1/users/{username}                            401   403    403   200   403    403  200   401
PATCH  /api/v1/users/{username}                            401   403    403   200   403    403  200   401
DELETE /api/v1/users/{username}                            401   403    403   204   403    403  204   401
GET    /api/v1/sites                                       401   200    200   200   200    403  200   401
POST   /api/v1/sites                                       401   403    403   201   403    403  201   401
GET    /api/v1/sites/{name}                                401   404    200   200   200    403  200   401
PATCH  /api/v1/sites/{name}                                401   404    200   200   403    403  200   401
GET    /api/v1/sites/{name}/members                         401   404    200   200   403    403  200   401
PUT    /api/v1/sites/{name}/members/{username}              401   403    403   204   403    403  204   401
DELETE /api/v1/sites/{name}/members/{username}              401   403    403   204   403    403  204   401
GET    /api/v1/sites/{name}/snippet                        401   404    200   200   200    403  200   401
GET    /api/v1/sites/{name}/goals                          404   404    200   200   200    403  200   200
POST   /api/v1/sites/{name}/goals                          401   404    201   201   403    403  201   401
GET    /api/v1/sites/{name}/goals/{id}                     404   404    200   200   200    403  200   200
PUT    /api/v1/sites/{name}/goals/{id}                     401   404    200   200   403    403  200   401
DELETE /api/v1/sites/{name}/goals/{id}                     401   404    204   204   403    403  204   401
GET    /api/v1/sites/{name}/funnels                        404   404    200   200   200    403  200   200
POST   /api/v1/sites/{name}/funnels                        401   404    201   201   403    403  201   401
GET    /api/v1/sites/{name}/funnels/{id}                   404   404    200   200   200    403  200   200
PUT    /api/v1/sites/{name}/funnels/{id}                   401   404    200   200   403    403  200   401
DELETE /api/v1/sites/{name}/funnels/{id}                   401   404    204   204   403    403  204   401
GET    /api/v1/overview                                    401   200    200   200   200    403  200   401
GET    /api/v1/sites/{name}/stats/summary                  404   404    200   200   200    403  200   200
GET    /api/v1/sites/{name}/stats/timeseries               404   404    200   200   200    403  200   200
GET    /api/v1/sites/{name}/stats/breakdown/{dimension}    404   404    200   200   200    403  200   200
GET    /api/v1/sites/{name}/stats/realtime                 404   404    200   200   200    403  200   200
GET    /api/v1/sites/{name}/stats/goals                    404   404    200   200   200    403  200   200
GET    /api/v1/sites/{name}/stats/funnels/{funnel}         404   404    200   200   200    403  200   200
GET    /api/v1/sites/{name}/stats/cohort-retention                404   404    200   200   200    403  200   200
GET    /api/v1/sites/{name}/stats/paths                    404   404    200   200   200    403  200   200
GET    /api/v1/sites/{name}/insights/forecast              404   404    200   200   200    403  200   200
GET    /api/v1/sites/{name}/insights/anomalies             404   404    200   200   200    403  200   200
GET    /api/v1/sites/{name}/insights/summary               404   404    200   200   200    403  200   200
POST   /api/v1/sites/{name}/insights/refresh               401   404    202   202   403    403  202   401
GET    /api/v1/sites/{name}/alerts                                  401   404    200   200   403    403  200   401
POST   /api/v1/sites/{name}/alerts                                  401   404    201   201   403    403  201   401
GET    /api/v1/sites/{name}/alerts/{id}                             401   404    200   200   403    403  200   401
PUT    /api/v1/sites/{name}/alerts/{id}                             401   404    200   200   403    403  200   401
DELETE /api/v1/sites/{name}/alerts/{id}                             401   404    204   204   403    403  204   401
GET    /api/v1/sites/{name}/alerts/{id}/deliveries                  401   404    200   200   403    403  200   401
POST   /api/v1/sites/{name}/alerts/{id}/test                        401   404    202   202   403    403  202   401
POST   /api/v1/sites/{name}/events/import                        401   403    403   202   403    403  202   401
POST   /api/v1/events                                      401   404    202   202   403    202  202   401
GET    /api/v1/sites/{name}/visits                         401   403    403   200   403    403  200   401
GET    /api/v1/sites/{name}/visitors                       401   403    403   200   403    403  200   401
POST   /api/v1/sites/{name}/visitors/lookup                401   403    403   200   403    403  200   401
GET    /api/v1/sites/{name}/visitors/{id}                  401   403    403   200   403    403  200   401
DELETE /api/v1/sites/{name}/visitors/{id}                  401   403    403   200   403    403  200   401
PUT    /api/v1/sites/{name}/visitors/{id}/note             401   403    403   200   403    403  200   401
GET    /api/v1/sites/{name}/visitors/{id}/visits/{started_at}/events    401   403    403   200   403    403  200   401
GET    /api/v1/sites/{name}/export                         401   403    403   200   403    403  200   401
POST   /api/v1/sites/{name}/import                         401   403    403   422   403    403  422   401
GET    /api/v1/audit                                       401   403    403   200   403    403  200   401
GET    /api/v1/accounting                                  401   403    403   200   403    403  200   401
DELETE /api/v1/sites/{name}                                401   403    403   202   403    403  202   401
GET    /api/v1/sites/{name}/bots                           401   404    200   200   200    403  200   401
GET    /api/v1/sites/{name}/bots/visits                    401   404    200   200   200    403  200   401
GET    /api/v1/sites/{name}/bots/overrides                 401   404    200   200   200    403  200   401
POST   /api/v1/sites/{name}/bots/overrides                 401   404    201   201   403    403  201   401
DELETE /api/v1/sites/{name}/bots/overrides/{id}            401   404    204   204   403    403  204   401
GET    /api/v1/sites/{name}/bots/settings                  401   404    200   200   200    403  200   401
PATCH  /api/v1/sites/{name}/bots/settings                  401   404    200   200   403    403  200   401
GET    /api/v1/sites/{name}/bots/recount                   401   404    200   200   200    403  200   401
POST   /api/v1/sites/{name}/bots/recount                   401   404    202   202   403    403  202   401
GET    /api/v1/sites/{name}/bots/scores                  401   404    200   200   200    403  200   401
GET    /api/v1/sites/{name}/rollups                        401   403    403   200   403    403  200   401
POST   /api/v1/sites/{name}/rollups/rebuild                401   403    403   202   403    403  202   401
GET    /api/v1/data-retention                                   401   403    403   200   403    403  200   401
POST   /api/v1/data-retention                                   401   403    403   202   403    403  202   401
GET    /api/v1/deletions                                   401   403    403   200   403    403  200   401
GET    /api/v1/deletions/{name}                            401   403    403   200   403    403  200   401
GET    /api/v1/sites/{name}/shares                         401   404    200   200   403    403  200   401
POST   /api/v1/sites/{name}/shares                         401   404    201   201   403    403  201   401
DELETE /api/v1/sites/{name}/shares/{id}                    401   404    204   204   403    403  204   401
POST   /api/v1/shares/open                                 200   200    200   200   200    200  200   200
GET    /api/v1/sites/{name}/keys                           401   404    200   200   403    403  200   401
POST   /api/v1/sites/{name}/keys                           401   404    201   201   403    403  201   401
DELETE /api/v1/sites/{name}/keys/{id}                      401   404    204   204   403    403  204   401
POST   /api/v1/sites/{name}/registration-codes             401   404    201   201   403    403  201   401
POST   /api/v1/sites/{name}/pairings                       401   404    201   201   403    403  201   401
POST   /register-key                                       401   404    200   200   403    403  200   401
GET    /sites                                              200   200    200   200   200    403  200   200
GET    /stats                                              401   404    200   200   200    403  200   200
GET    /page-stats                                         401   404    200   200   200    403  200   200
GET    /forecast                                           401   404    200   200   200    403  200   200
GET    /summary                                            401   404    200   200   200    403  200   200
GET    /anomalies                                          401   404    200   200   200    403  200   200
GET    /bots                                               401   404    200   200   200    403  200   200
GET    /bot-stats                                          401   404    200   200   200    403  200   200
GET    /api/v1/openapi.json                                200   200    200   200   200    200  200   200
"""
DEVICE = "device"
PASSWORD = "correct horse battery"
VISITOR = bytes(range(16))
ALERT = {"kind": "weekly", "channel": "email", "target": "owner@example.org"}
STEPS = [{"page": "/"}, {"event": "buy"}]
OVERRIDE = {"kind": "rule", "value": "ua:crawler", "action": "allow"}
NOBODYS_ID = "01999999-9999-7999-8999-999999999999"


def rows() -> dict[str, tuple[int, ...]]:
    lines = [line.split() for line in TABLE.strip().splitlines()[1:]]
    return {f"{method} {path}": tuple(map(int, statuses)) for method, path, *statuses in lines}


@dataclass(frozen=True)
class World:
    """Create what a role needs: a site of its own with the member, and a user that it can try to change."""

    client: Any
    pool: Any
    admin: dict[str, str]
    clock: Callable[[], int]
    role: str

    @property
    def site(self) -> str:
        return f"site-of-{self.role}"

    @property
    def user(self) -> str:
        return f"user-of-{self.role}"

    async def ask_admin(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = await self.client.request(method, f"/api/v1/{path}", json=body, headers=self.admin)
        assert answer.ok, await answer.text()
        return await answer.json()

    async def site_id(self) -> int:
        return await self.pool.fetchval("select id from sites where name = $1", self.site)


async def visitor(world: World) -> dict[str, str]:
    began = utc(world.clock()) - timedelta(hours=1)
    await add_visit(world.pool, await world.site_id(), began, visitor=VISITOR)
    return {"id": VISITOR.hex(), "started_at": began.isoformat()}


async def share(world: World) -> dict[str, str]:
    return {"id": (await world.ask_admin("POST", f"sites/{world.site}/shares", {"name": "for Eve"}))["id"]}


async def goal(world: World) -> dict[str, str]:
    return {"id": (await world.ask_admin("POST", f"sites/{world.site}/goals", {"name": "buy", "event": "buy"}))["id"]}


async def override(world: World) -> dict[str, str]:
    made = await world.ask_admin("POST", f"sites/{world.site}/bots/overrides", OVERRIDE)
    return {"id": made["override"]["id"]}


async def funnel(world: World) -> dict[str, str]:
    made = await world.ask_admin("POST", f"sites/{world.site}/funnels", {"name": "shop", "steps": STEPS})
    return {"id": made["id"], "funnel": made["id"]}


async def alert(world: World) -> dict[str, str]:
    return {"id": (await world.ask_admin("POST", f"sites/{world.site}/alerts", ALERT))["id"]}


async def deletion(world: World) -> dict[str, str]:
    await world.ask_admin("DELETE", f"sites/{world.site}")
    return {}


async def site_key(world: World) -> dict[str, str]:
    return {"id": (await world.ask_admin("POST", f"sites/{world.site}/keys", public_key(world)))["id"]}


PATHS: dict[str, Callable[[World], Awaitable[dict[str, str]]]] = {
    "/visitors/{id}": visitor,
    "/shares/{id}": share,
    "{name}/keys/{id}": site_key,
    "/deletions/{name}": deletion,
    "/alerts/{id}": alert,
    "/goals/{id}": goal,
    "/bots/overrides/{id}": override,
    "/funnels/{": funnel,
}
"""What has to be there before something of that path can be asked for, and what it is called."""


def event(world: World) -> dict[str, Any]:
    return {"id": "0" * 32, "time": world.clock() - 1, "url": "https://example.com/", "ip": "192.0.2.1"}


def public_key(world: World) -> dict[str, Any]:
    return {"name": "phone", "public_key_hex": os.urandom(32).hex()}


async def log_in(world: World) -> dict[str, str]:
    if not await world.pool.fetchval("select true from users where username = 'known'"):
        await create_user(world.pool, "known", PASSWORD, is_admin=False, now=utc(world.clock()))
    return {"username": "known", "password": PASSWORD}


async def refresh_token(world: World) -> dict[str, str]:
    answer = await world.client.post("/api/v1/auth/token", json=await log_in(world))
    return {"refresh_token": (await answer.json())["refresh_token"]}


async def open_share(world: World) -> dict[str, str]:
    made = await world.ask_admin("POST", f"sites/{world.site}/shares", {"name": "for Eve"})
    return {"token": made["token"]}


def constant(body: dict[str, Any]) -> Callable[[World], Awaitable[dict[str, Any]]]:
    return made(lambda _: body)


def made(make: Callable[[World], dict[str, Any]]) -> Callable[[World], Awaitable[dict[str, Any]]]:
    async def body(world: World) -> dict[str, Any]:
        return make(world)

    return body


BODIES: dict[str, Callable[[World], Awaitable[dict[str, Any]]]] = {
    "POST /api/v1/auth/token": log_in,
    "POST /api/v1/auth/refresh": refresh_token,
    "PATCH /api/v1/me": constant({}),
    "POST /api/v1/sites/{name}/rollups/rebuild": constant({}),
    "POST /api/v1/sites/{name}/bots/overrides": constant(OVERRIDE),
    "PATCH /api/v1/sites/{name}/bots/settings": constant({"model": "apply"}),
    "PUT /api/v1/me/password": constant({"old_password": "not it", "new_password": PASSWORD}),
    "POST /api/v1/me/totp/confirm": constant({"code": "123456"}),
    "POST /api/v1/me/keys": constant({"name": "another", "scopes": ["read:stats"]}),
    "POST /api/v1/users": made(lambda world: {"username": f"new-{world.role}", "password": PASSWORD}),
    "PATCH /api/v1/users/{username}": constant({"disabled": True}),
    "POST /api/v1/sites": made(lambda world: {"name": f"new-{world.role}", "url": "https://example.com"}),
    "PATCH /api/v1/sites/{name}": constant({"url": "https://example.org"}),
    "POST /api/v1/sites/{name}/shares": constant({"name": "for Eve"}),
    "POST /api/v1/shares/open": open_share,
    "POST /api/v1/sites/{name}/keys": made(public_key),
    "POST /api/v1/sites/{name}/pairings": constant({"kind": "key"}),
    "POST /register-key": made(lambda world: public_key(world) | {"site_id": world.site}),
    "POST /api/v1/sites/{name}/goals": constant({"name": "read", "page": "/blog/*"}),
    "PUT /api/v1/sites/{name}/goals/{id}": constant({"name": "read", "page": "/blog/*"}),
    "POST /api/v1/sites/{name}/funnels": constant({"name": "way", "steps": STEPS}),
    "PUT /api/v1/sites/{name}/funnels/{id}": constant({"name": "way", "steps": STEPS}),
    "POST /api/v1/sites/{name}/alerts": constant(ALERT),
    "PUT /api/v1/sites/{name}/alerts/{id}": constant(ALERT),
    "POST /api/v1/sites/{name}/events/import": made(lambda world: {"events": [event(world)]}),
    "POST /api/v1/events": made(lambda world: {"site": world.site, "events": [event(world)]}),
    "POST /api/v1/sites/{name}/visitors/lookup": constant({"cookie": "0" * 32}),
    "PUT /api/v1/sites/{name}/visitors/{id}/note": constant({"label": "Eve"}),
}


COMPATIBLE = {f"{endpoint.method} {endpoint.path}" for endpoint in COMPATIBLE_ENDPOINTS}
"""Those name the site in the query."""


@pytest.fixture
async def headers(client, pool, clock, api_settings, admin):
    """What each role's requests carry."""
    other = await add_user(pool, "other", api_settings, clock)
    member = await add_user(pool, "member", api_settings, clock)

    async def post(path, **body):
        answer = await client.post(f"/api/v1/{path}", json=body, headers=admin.headers)
        assert answer.ok, await answer.text()
        return await answer.json()

    for role in (*ROLES, DEVICE):
        await post("sites", name=f"site-of-{role}", url="https://example.com")
        await make_site_admin(pool, member, f"site-of-{role}")
    scopes = {"stats": "read:stats", "events": "write:events", "full": "admin"}
    tokens = {role: (await post("me/keys", name=role, scopes=[scope]))["key"] for role, scope in scopes.items()}
    shared = await post("sites/site-of-share/shares", name="for Eve")
    tokens["share"] = (await post("shares/open", token=shared["token"]))["access_token"]
    device = Device.new(clock)
    await post(f"sites/site-of-{DEVICE}/keys", name="phone", public_key_hex=device.public_hex)
    bearers = {role: {"Authorization": f"Bearer {token}"} for role, token in tokens.items()}
    return {"anonymous": {}, "other": other.headers, "member": member.headers, "admin": admin.headers, **bearers} | {
        DEVICE: device.legacy(f"site-of-{DEVICE}")
    }


def test_table_has_every_route_and_no_other():
    assert rows().keys() == {f"{endpoint.method} {endpoint.path}" for endpoint in ENDPOINTS}
    assert all(len(statuses) == len(ROLES) for statuses in rows().values())


@pytest.mark.parametrize("route", rows())
async def test_access_matches_table(route, headers, client, pool, clock, api_settings, admin):
    method, path = route.split()
    answered = {}
    for role in (*ROLES, DEVICE):
        world = World(client, pool, admin.headers, clock, role)
        await make_site_admin(pool, await add_user(pool, world.user, api_settings, clock), world.site)
        values = {"name": world.site, "username": world.user, "id": NOBODYS_ID, "dimension": "page"}
        for part, prepare in PATHS.items():
            if part in path:
                values |= await prepare(world)
        body = await BODIES[route](world) if route in BODIES else None
        query = {"site_id": world.site} if route in COMPATIBLE else {}
        url = path.format_map(values)
        answer = await client.request(method, url, params=query, json=body, headers=headers[role])
        answered[role] = answer.status
        await answer.read()
    expected = dict(zip(ROLES, rows()[route], strict=True))
    assert answered == expected | {DEVICE: expected["share"]}
