"""API keys: made once, kept hashed, never more than their user."""

from datetime import timedelta

import pytest

from common.clock import utc
from tests.integration.api.logins import bearer, problem_of
from tests.integration.api.people import make_site_admin

STATS = "/api/v1/sites/shop/stats/summary?period=7d"


@pytest.fixture
async def shop(client, admin):
    """A site that only administrators see."""
    body = {"name": "shop", "url": "https://shop.example"}
    answer = await client.post("/api/v1/sites", json=body, headers=admin.headers)
    assert answer.status == 201, await answer.text()
    return "shop"


async def make(client, by, *scopes, **more):
    body = {"name": "script", "scopes": scopes or ["admin"], **more}
    return await client.post("/api/v1/me/keys", json=body, headers=by.headers)


async def key_of(client, by, *scopes, **more):
    answer = await make(client, by, *scopes, **more)
    assert answer.status == 201, await answer.text()
    return (await answer.json())["key"]


async def listed(client, by):
    return (await (await client.get("/api/v1/me/keys", headers=by.headers)).json())["keys"]


async def status_of(client, path, key):
    return (await client.get(path, headers=bearer(key))).status


async def test_key_is_returned_once_and_stored_as_hash(client, reader, pool):
    answer = await make(client, reader, "write:events", "read:stats")
    made = await answer.json()
    assert answer.status == 201
    assert made["key"].startswith("uvk_")
    assert len(made["key"]) == 47
    assert made["key"].startswith(made["prefix"])
    (seen,) = await listed(client, reader)
    assert seen == {name: value for name, value in made.items() if name != "key"}
    assert (seen["name"], seen["scopes"], seen["site"]) == ("script", ["read:stats", "write:events"], None)
    row = await pool.fetchrow("select * from api_keys")
    assert len(row["key_hash"]) == 32
    assert made["key"] not in str(dict(row))
    assert made["key"] not in str([dict(row) for row in await pool.fetch("select * from audit_log")])


async def test_key_with_admin_scope_equals_login(client, admin, shop):
    key = await key_of(client, admin, "admin")
    assert await status_of(client, "/api/v1/sites", key) == 200
    assert await status_of(client, "/api/v1/users", key) == 200
    assert (await (await client.get("/api/v1/me", headers=bearer(key))).json())["scopes"] == ["admin"]


async def test_key_has_no_more_rights_than_its_user(client, reader, shop):
    key = await key_of(client, reader, "admin")
    assert await status_of(client, "/api/v1/users", key) == 403
    assert await status_of(client, f"/api/v1/sites/{shop}", key) == 404


async def test_key_allows_what_its_scopes_allow(client, admin, shop):
    stats, events = await key_of(client, admin, "read:stats"), await key_of(client, admin, "write:events")
    assert await status_of(client, STATS, stats) == 200
    assert await status_of(client, STATS, events) == 403
    for path in ("/api/v1/users", "/api/v1/me/sessions"):
        answer = await client.get(path, headers=bearer(stats))
        assert await problem_of(answer) == (403, "insufficient-scope")


async def test_every_key_can_read_its_user(client, admin, shop):
    for scope in ("read:stats", "write:events"):
        answer = await client.get("/api/v1/me", headers=bearer(await key_of(client, admin, scope)))
        assert (await answer.json())["username"] == admin.username


async def test_key_of_one_site_has_no_access_to_others(client, admin, shop):
    await client.post("/api/v1/sites", json={"name": "blog", "url": "https://blog.example"}, headers=admin.headers)
    key = await key_of(client, admin, "read:stats", site="shop")
    assert await status_of(client, STATS, key) == 200
    assert await status_of(client, STATS.replace("shop", "blog"), key) == 404
    seen = await (await client.get("/api/v1/sites", headers=bearer(key))).json()
    assert [site["name"] for site in seen["sites"]] == ["shop"]


async def test_key_of_one_site_ends_with_access_of_its_user(client, reader, shop, pool):
    assert await problem_of(await make(client, reader, "read:stats", site="shop")) == (422, "invalid-api-key")
    await make_site_admin(pool, reader, "shop")
    key = await key_of(client, reader, "read:stats", site="shop")
    assert await status_of(client, STATS, key) == 200
    await pool.execute("delete from site_members")
    assert await status_of(client, STATS, key) == 404


async def test_key_with_admin_scope_cannot_be_limited_to_one_site(client, admin, shop):
    answer = await make(client, admin, "admin", site="shop")
    assert await problem_of(answer) == (422, "invalid-api-key")
    assert (await answer.json())["field"] == "scopes"


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["everything"]},
        {"name": "", "scopes": ["admin"]},
        {"name": "a\0b", "scopes": ["admin"]},
        {"name": "x" * 101, "scopes": ["admin"]},
        {"name": "x"},
    ],
)
async def test_invalid_key_is_rejected(client, reader, body):
    answer = await client.post("/api/v1/me/keys", json=body, headers=reader.headers)
    assert await problem_of(answer) == (422, "invalid-body")


async def test_keys_cannot_manage_keys_or_account(client, admin):
    headers = bearer(await key_of(client, admin, "admin"))
    me = "/api/v1/me"
    asked = [
        await client.get(f"{me}/keys", headers=headers),
        await client.post(f"{me}/keys", json={"name": "more", "scopes": ["admin"]}, headers=headers),
        await client.delete(f"{me}/keys/1", headers=headers),
        await client.patch(me, json={"username": "other"}, headers=headers),
        await client.put(
            f"{me}/password", json={"old_password": "x", "new_password": "a long new one"}, headers=headers
        ),
        await client.get(f"{me}/sessions", headers=headers),
        await client.delete(f"{me}/sessions", headers=headers),
        await client.delete(f"{me}/sessions/1", headers=headers),
        await client.post(f"{me}/totp", headers=headers),
        await client.post(f"{me}/totp/confirm", json={"code": "123456"}, headers=headers),
        await client.delete(f"{me}/totp", headers=headers),
    ]
    assert {await problem_of(answer) for answer in asked} == {(403, "login-required")}


async def test_revoked_key_stops_working_at_once(client, admin, reader):
    made = await (await make(client, admin, "admin")).json()
    path = f"/api/v1/me/keys/{made['id']}"
    assert await problem_of(await client.delete(path, headers=reader.headers)) == (404, "key-not-found")
    assert await status_of(client, "/api/v1/sites", made["key"]) == 200
    assert (await client.delete(path, headers=admin.headers)).status == 204
    assert await status_of(client, "/api/v1/sites", made["key"]) == 401
    assert await listed(client, admin) == []
    for again in (path, "/api/v1/me/keys/nonsense"):
        assert await problem_of(await client.delete(again, headers=admin.headers)) == (404, "key-not-found")


async def test_keys_of_disabled_user_stop_working(client, reader, pool):
    key = await key_of(client, reader)
    await pool.execute("update users set disabled_at = now() where username = 'rob'")
    assert await status_of(client, "/api/v1/sites", key) == 401


@pytest.mark.parametrize("key", ["uvk_", "uvk_nonsense", "uvk_" + "A" * 43, "UVK_x"])
async def test_unknown_key_is_rejected(client, reader, key):
    answer = await client.get("/api/v1/sites", headers=bearer(key))
    assert await problem_of(answer) == (401, "unauthenticated")


async def test_last_use_of_key_is_recorded_to_the_minute(client, reader, clock):
    key = await key_of(client, reader)
    assert (await listed(client, reader))[0]["last_used_at"] is None
    first = utc(clock())
    await status_of(client, "/api/v1/sites", key)
    clock.forward(timedelta(seconds=59))
    await status_of(client, "/api/v1/sites", key)
    assert (await listed(client, reader))[0]["last_used_at"] == first.isoformat().replace("+00:00", "Z")
    clock.forward(timedelta(seconds=1))
    await status_of(client, "/api/v1/sites", key)
    assert (await listed(client, reader))[0]["last_used_at"] != first.isoformat().replace("+00:00", "Z")
