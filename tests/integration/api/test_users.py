"""Users, as administrators manage them."""

import asyncio
from urllib.parse import quote

import pytest
from yarl import URL

from services.api.problems import CONTENT_TYPE
from tests.integration.api.people import access_tokens, add_user, make_site_admin

PASSWORD = "a long enough one for tests"


async def create(client, by, username="bob", **more):
    body = {"username": username, "password": PASSWORD} | more
    return await client.post("/api/v1/users", json=body, headers=by.headers)


async def change(client, by, username, **body):
    return await client.patch(f"/api/v1/users/{username}", json=body, headers=by.headers)


async def log_in(client, username, password=PASSWORD):
    return await client.post("/api/v1/auth/token", json={"username": username, "password": password})


async def seen(client, by):
    return (await (await client.get("/api/v1/users", headers=by.headers)).json())["users"]


async def kind_of(answer):
    assert answer.content_type == CONTENT_TYPE
    return answer.status, (await answer.json())["type"].rpartition(":")[2]


async def test_new_user_can_log_in_and_is_not_administrator(client, admin):
    answer = await create(client, admin)
    assert answer.status == 201
    assert await answer.json() == {
        "username": "bob",
        "is_admin": False,
        "disabled": False,
        "second_factor": False,
        "created_at": "2046-11-22T12:30:00Z",
        "sites": [],
    }
    token = (await (await log_in(client, "bob")).json())["access_token"]
    answer = await client.get("/api/v1/users", headers={"Authorization": f"Bearer {token}"})
    assert await kind_of(answer) == (403, "forbidden")


async def test_users_are_listed_by_name_with_their_sites(client, admin, reader, pool):
    for name in ("two", "one"):
        await client.post("/api/v1/sites", json={"name": name, "url": "https://a.io"}, headers=admin.headers)
        await make_site_admin(pool, reader, name)
    await create(client, admin, "Bob", is_admin=True)
    found = [(user["username"], user["is_admin"], user["sites"]) for user in await seen(client, admin)]
    assert found == [("ada", True, []), ("Bob", True, []), ("rob", False, ["one", "two"])]


async def test_username_is_unique_in_any_case(client, admin):
    await create(client, admin, "bob")
    answer = await create(client, admin, "BOB")
    assert (answer.status, (await answer.json())["field"]) == (409, "username")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": " bob"}, "username"),
        ({"username": ".."}, "username"),
        ({"username": "a\nb"}, "username"),
        ({"username": "a\0b"}, "username"),
        ({"username": "x" * 101}, "username"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 73}, "password"),
        ({"is_admin": "perhaps"}, "is_admin"),
        ({"role": "king"}, "role"),
    ],
)
async def test_invalid_field_is_named_and_password_is_not_repeated(client, admin, body, field):
    answer = await create(client, admin, **body)
    problem = await answer.json()
    assert (answer.status, problem["field"]) == (422, field)
    assert body.get("password", PASSWORD) not in await answer.text()
    assert len(await seen(client, admin)) == 1


@pytest.mark.parametrize("username", ["bob@example.com", "Zoë", "a b", "a/b", "100%", "名前"])
async def test_user_with_any_printable_name_can_be_managed(client, admin, username):
    assert (await create(client, admin, username)).status == 201
    url = URL(f"/api/v1/users/{quote(username, safe='')}", encoded=True)
    assert (await (await client.get(url, headers=admin.headers)).json())["username"] == username
    assert (await client.delete(url, headers=admin.headers)).status == 204


async def test_fields_left_out_of_update_keep_their_value(client, admin):
    await create(client, admin, is_admin=True)
    before = await (await client.get("/api/v1/users/bob", headers=admin.headers)).json()
    for nothing in ({}, {"disabled": None, "is_admin": None, "password": None}):
        answer = await change(client, admin, "Bob", **nothing)
        assert (answer.status, await answer.json()) == (200, before)
    assert (await log_in(client, "bob")).status == 200


async def test_disabled_user_loses_access_at_once_and_old_tokens_stay_invalid(client, admin):
    await create(client, admin)
    tokens = await (await log_in(client, "bob")).json()
    own = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await client.get("/api/v1/sites", headers=own)).status == 200

    assert (await (await change(client, admin, "bob", disabled=True)).json())["disabled"] is True
    assert (await client.get("/api/v1/sites", headers=own)).status == 401
    assert (await log_in(client, "bob")).status == 401

    assert (await (await change(client, admin, "bob", disabled=False)).json())["disabled"] is False
    refreshed = await client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert refreshed.status == 401
    assert (await log_in(client, "bob")).status == 200


async def test_new_password_replaces_old_one_and_ends_sessions(client, admin):
    await create(client, admin)
    tokens = await (await log_in(client, "bob")).json()
    assert (await change(client, admin, "bob", password="another long enough one")).status == 200
    refreshed = await client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert refreshed.status == 401
    assert (await log_in(client, "bob")).status == 401
    assert (await log_in(client, "bob", "another long enough one")).status == 200


async def test_administrator_removes_lost_second_factor(client, admin, pool):
    await create(client, admin)
    await pool.execute(
        "update users set totp_secret = 'JBSWY3DPEHPK3PXP', totp_confirmed_at = now() where username = 'bob'"
    )
    assert [user["second_factor"] for user in await seen(client, admin)] == [False, True]
    assert (await change(client, admin, "bob", is_admin=False)).status == 200
    assert [user["second_factor"] for user in await seen(client, admin)] == [False, True], "only when asked to"
    answer = await change(client, admin, "bob", second_factor=False)
    assert (await answer.json())["second_factor"] is False
    assert await pool.fetchval("select totp_secret from users where username = 'bob'") is None
    assert (await log_in(client, "bob")).status == 200
    assert (await change(client, admin, "bob", second_factor=True)).status == 422


async def test_deleting_user_deletes_sessions_and_keys(client, admin, pool):
    await create(client, admin)
    token = (await (await log_in(client, "bob")).json())["access_token"]
    assert (await client.delete("/api/v1/users/BOB", headers=admin.headers)).status == 204
    answer = await client.get("/api/v1/sites", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 401
    assert (await log_in(client, "bob")).status == 401
    assert await pool.fetchval("select count(*) from refresh_tokens") == 0
    assert (await create(client, admin)).status == 201, "the name is free again"


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.parametrize("username", ["unknown", "%FF", "%F0%9F%90%98", "x" * 200])
async def test_unknown_user_is_not_found(client, admin, method, username):
    body = {"json": {}} if method == "patch" else {}
    answer = await getattr(client, method)(f"/api/v1/users/{username}", headers=admin.headers, **body)
    assert await kind_of(answer) == (404, "user-not-found")


@pytest.mark.parametrize("body", [{"is_admin": False}, {"disabled": True}, {"disabled": True, "is_admin": True}, None])
async def test_last_administrator_cannot_be_removed(client, admin, body):
    await create(client, admin)
    await create(client, admin, "eve", is_admin=True)
    await change(client, admin, "eve", disabled=True)  # who cannot log in does not count

    async def remove():
        if body is None:
            return await client.delete("/api/v1/users/ada", headers=admin.headers)
        return await change(client, admin, "ada", **body)

    assert await kind_of(await remove()) == (409, "last-admin")
    assert (await client.get("/api/v1/users", headers=admin.headers)).status == 200
    await change(client, admin, "bob", is_admin=True)
    assert (await remove()).status in (200, 204)


async def test_last_administrator_can_change_otherwise_and_disabled_one_can_be_deleted(client, admin):
    assert (await change(client, admin, "ada", password="a new one for ada", disabled=False)).status == 200
    await create(client, admin, "eve", is_admin=True)
    await change(client, admin, "eve", disabled=True)
    assert (await client.delete("/api/v1/users/eve", headers=admin.headers)).status == 204


async def test_one_administrator_remains_when_two_delete_each_other(client, admin, pool, api_settings, clock):
    names = [f"admin{n}" for n in range(5)]
    for name in names:
        await add_user(pool, name, api_settings, clock, is_admin=True)
    requests = [client.delete(f"/api/v1/users/{name}", headers=admin.headers) for name in [*names, "ada"]]
    statuses = sorted(answer.status for answer in await asyncio.gather(*requests))
    left = await pool.fetchval("select count(*) from users where is_admin and disabled_at is null")
    assert left >= 1
    assert set(statuses) <= {204, 401, 409}


async def test_one_administrator_remains_when_two_demote_each_other(client, admin, pool, api_settings, clock):
    other = await add_user(pool, "eve", api_settings, clock, is_admin=True)
    for _ in range(10):
        answers = await asyncio.gather(
            change(client, admin, "eve", is_admin=False), change(client, other, "ada", is_admin=False)
        )
        assert sorted(answer.status for answer in answers)[0] == 200
        assert await pool.fetchval("select count(*) from users where is_admin") == 1
        await pool.execute("update users set is_admin = true")


@pytest.mark.parametrize("disable", [False, True])
async def test_normal_users_cannot_manage_users(client, admin, reader, disable, pool):
    if disable:
        await pool.execute("update users set disabled_at = now() where username = 'rob'")
    refused = (401, "unauthenticated") if disable else (403, "forbidden")
    for answer in (
        await client.get("/api/v1/users", headers=reader.headers),
        await client.get("/api/v1/users/rob", headers=reader.headers),
        await create(client, reader),
        await change(client, reader, "rob", is_admin=True),
        await client.delete("/api/v1/users/ada", headers=reader.headers),
    ):
        assert await kind_of(answer) == refused


async def test_token_is_invalid_after_user_is_deleted_and_recreated(client, admin, api_settings, clock, pool):
    await create(client, admin)
    first = await pool.fetchval("select id from users where username = 'bob'")
    token = access_tokens(api_settings, clock).issue(first)
    await client.delete("/api/v1/users/bob", headers=admin.headers)
    await create(client, admin)
    answer = await client.get("/api/v1/sites", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 401
