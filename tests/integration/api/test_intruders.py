"""A user who tries what is not theirs: objects of other sites by their numbers, and rights of a time that is over."""

import pytest

from services.api.app import ENDPOINTS
from services.api.endpoints import Access
from tests.integration.api.people import make_site_admin

PUBLIC_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
OBJECTS = {
    "goals": {"name": "buy", "event": "buy"},
    "funnels": {"name": "shop", "steps": [{"page": "/"}, {"event": "buy"}]},
    "alerts": {"kind": "weekly", "channel": "email", "target": "owner@example.org"},
    "bots/overrides": {"kind": "rule", "value": "ua:crawler", "action": "allow"},
    "shares": {"name": "for Eve"},
    "keys": {"name": "phone", "public_key_hex": PUBLIC_KEY},
}
SITE = "/api/v1/sites/{name}/"
BY_NUMBER = [
    (endpoint.method, endpoint.path)
    for endpoint in ENDPOINTS
    if endpoint.path.startswith(SITE)
    and ("{id}" in endpoint.path or "{funnel}" in endpoint.path)
    and endpoint.access is not Access.ADMIN
]


@pytest.fixture
def ask(client):
    async def request(user, method, path, body=None):
        answer = await client.request(method, f"/api/v1/{path}", json=body, headers=user.headers)
        return answer.status, await answer.json() if answer.content_type.endswith("json") else None

    return request


@pytest.fixture
async def sites(ask, admin, reader, pool):
    """The user has a site, and there is one of others."""
    for name in ("own", "others"):
        assert (await ask(admin, "POST", "sites", {"name": name, "url": f"https://{name}.example"}))[0] == 201
    await make_site_admin(pool, reader, "own")


@pytest.fixture
async def objects(ask, admin, sites):
    """Of the other site: numbers by their kind."""
    made = {}
    for kind, body in OBJECTS.items():
        status, answer = await ask(admin, "POST", f"sites/others/{kind}", body)
        assert status == 201, answer
        made[kind] = answer.get("override", answer)["id"]
    return made


async def everything(ask, admin):
    return [await ask(admin, "GET", f"sites/others/{kind}") for kind in OBJECTS]


@pytest.mark.parametrize("site", ["own", "others"])
async def test_object_of_other_site_is_not_found_under_any_site(ask, admin, reader, objects, site):
    before = await everything(ask, admin)
    tried = set()
    for method, path in BY_NUMBER:
        kind = next(kind for kind in objects if f"/{kind}/" in path)
        asked = path.format(name=site, id=objects[kind], funnel=objects[kind]).removeprefix("/api/v1/")
        status, answer = await ask(reader, method, asked, OBJECTS[kind] if method == "PUT" else None)
        assert status == 404, (method, path, answer)
        tried.add(kind)
    assert tried == set(OBJECTS)
    assert await everything(ask, admin) == before


async def test_funnel_cannot_use_goal_of_other_site(ask, reader, objects):
    for goal in (objects["goals"], "buy"):
        body = {"name": "mine", "steps": [{"goal": goal}, {"page": "/"}]}
        assert (await ask(reader, "POST", "sites/own/funnels", body))[0] == 422


async def test_removed_user_loses_access_but_links_and_devices_stay(ask, client, admin, reader):
    await ask(admin, "POST", "sites", {"name": "shop", "url": "https://shop.example"})
    await ask(admin, "PUT", "sites/shop/members/rob")
    key = (await ask(reader, "POST", "me/keys", {"name": "script", "scopes": ["admin"]}))[1]["key"]
    code = (await ask(reader, "POST", "sites/shop/registration-codes"))[1]["code"]
    link = (await ask(reader, "POST", "sites/shop/shares", {"name": "for Eve"}))[1]["token"]
    await ask(reader, "POST", "sites/shop/keys", OBJECTS["keys"])

    async def is_in():
        by_key = await client.get("/api/v1/sites/shop", headers={"Authorization": f"Bearer {key}"})
        return [(await ask(reader, "GET", "sites/shop"))[0], by_key.status]

    assert await is_in() == [200, 200]
    assert (await ask(admin, "DELETE", "sites/shop/members/rob"))[0] == 204
    assert await is_in() == [404, 404]
    registered = {"site_id": "shop", "public_key_hex": PUBLIC_KEY[::-1], "code": code}
    assert (await client.post("/register-key", json=registered)).status == 401

    for kind, named in (("shares", "for Eve"), ("keys", "phone")):
        [left] = (await ask(admin, "GET", f"sites/shop/{kind}"))[1][kind]
        assert (left["name"], left["created_by"]) == (named, "rob")
    [left] = (await ask(admin, "GET", "sites/shop/shares"))[1]["shares"]
    assert (await client.post("/api/v1/shares/open", json={"token": link})).status == 200
    assert (await ask(admin, "DELETE", f"sites/shop/shares/{left['id']}"))[0] == 204
    assert (await client.post("/api/v1/shares/open", json={"token": link})).status == 404


async def test_key_has_no_more_rights_than_its_user_has_now(ask, client, admin, reader):
    key = (await ask(reader, "POST", "me/keys", {"name": "script", "scopes": ["admin"]}))[1]["key"]

    async def users():
        return (await client.get("/api/v1/users", headers={"Authorization": f"Bearer {key}"})).status

    found = [await users()]
    for change in ({"is_admin": True}, {"is_admin": False}, {"disabled": True}):
        assert (await ask(admin, "PATCH", "users/rob", change))[0] == 200
        found.append(await users())
    assert found == [403, 200, 403, 401]


@pytest.mark.parametrize(
    "more", [{"is_admin": True}, {"role": "admin"}, {"disabled": False}, {"id": 1}, {"sites": ["own"]}]
)
async def test_users_cannot_extend_their_rights(ask, reader, more):
    assert (await ask(reader, "PATCH", "me", {"username": "rob", **more}))[0] == 422
    assert (await ask(reader, "GET", "me"))[1]["is_admin"] is False
