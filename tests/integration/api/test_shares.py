"""Reading reports without an account: of public sites, and with a share link."""

from datetime import timedelta

import pytest

from services.api.problems import CONTENT_TYPE
from tests.integration.api.logins import problem_of
from tests.integration.api.people import make_site_admin

PASSWORD = "open sesame, please"
STATS = ("summary", "timeseries", "breakdown/country")


@pytest.fixture(autouse=True)
async def sites(client, admin):
    for name in ("example", "other"):
        body = {"name": name, "url": "https://example.com"}
        assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201


async def make(client, user, **body):
    body = {"name": "for the board"} | body
    return await client.post("/api/v1/sites/example/shares", json=body, headers=user.headers)


async def made(client, user, **body):
    answer = await make(client, user, **body)
    assert answer.status == 201
    return await answer.json()


async def shares_of(client, user, name="example"):
    answer = await client.get(f"/api/v1/sites/{name}/shares", headers=user.headers)
    return (await answer.json())["shares"]


async def open_link(client, token, **body):
    return await client.post("/api/v1/shares/open", json={"token": token} | body)


async def viewing(client, share):
    """Return the headers of a client that opened the link."""
    opened = await (await open_link(client, share["token"])).json()
    return {"Authorization": f"{opened['token_type']} {opened['access_token']}"}


async def status(client, path, headers=None):
    return (await client.get(f"/api/v1/{path}", headers=headers or {})).status


async def looks(client, name="example", headers=None):
    """The status of each of the site's numbers."""
    return {await status(client, f"sites/{name}/stats/{path}", headers) for path in STATS}


async def test_anonymous_viewer_sees_public_sites_only(client, admin):
    assert await looks(client) == {404}
    await client.patch("/api/v1/sites/example", json={"public": True}, headers=admin.headers)
    assert await looks(client) == {200}
    assert await looks(client, "other") == {404}
    assert await looks(client, "missing") == {404}


async def test_users_see_their_sites_and_public_ones(client, admin, reader, pool):
    assert await looks(client, headers=reader.headers) == {404}
    await make_site_admin(pool, reader, "example")
    assert await looks(client, headers=reader.headers) == {200}
    assert await looks(client, "other", reader.headers) == {404}
    await client.patch("/api/v1/sites/other", json={"public": True}, headers=admin.headers)
    assert await looks(client, "other", reader.headers) == {200}


async def test_deleted_public_site_is_hidden(client, admin):
    await client.patch("/api/v1/sites/example", json={"public": True}, headers=admin.headers)
    await client.delete("/api/v1/sites/example", headers=admin.headers)
    assert await looks(client) == {404}
    assert await looks(client, headers=admin.headers) == {404}


async def test_link_is_created_returned_once_and_listed(client, admin):
    share = await made(client, admin)
    token = share.pop("token")
    assert len(token) > 40
    assert share == {
        "id": share["id"],
        "name": "for the board",
        "has_password": False,
        "created_by": "ada",
        "created_at": "2046-11-22T12:30:00Z",
    }
    assert await shares_of(client, admin) == [share]
    assert await shares_of(client, admin, "other") == []


async def test_store_has_neither_token_nor_password(client, admin, pool):
    share = await made(client, admin, password=PASSWORD)
    for table in ("share_links", "audit_log"):
        stored = str(await pool.fetch(f"select * from {table}"))
        assert share["id"] in stored
        assert share["token"] not in stored
        assert PASSWORD not in stored


async def test_opened_link_gives_access_to_reports_of_its_site_only(client, admin, reader):
    answer = await open_link(client, (await made(client, admin))["token"])
    opened = await answer.json()
    assert (answer.status, opened["site"], opened["expires_in"]) == (200, "example", 3600)
    headers = {"Authorization": f"Bearer {opened['access_token']}"}
    assert await looks(client, headers=headers) == {200}
    assert await looks(client, "other", headers) == {404}
    paths = ("sites", "sites/example", "sites/example/shares", "me", "users", "deletions")
    assert {await status(client, path, headers) for path in paths} == {401}


async def test_opened_link_gives_access_to_public_sites_too(client, admin):
    headers = await viewing(client, await made(client, admin))
    await client.patch("/api/v1/sites/other", json={"public": True}, headers=admin.headers)
    assert await looks(client, "other", headers) == {200}


async def test_link_token_is_not_an_access_token(client, admin):
    share = await made(client, admin)
    assert await looks(client, headers={"Authorization": f"Bearer {share['token']}"}) == {401}


async def test_access_token_of_user_is_not_a_link_token(client, admin):
    token = admin.headers["Authorization"].removeprefix("Bearer ")
    assert await looks(client, headers={"Authorization": f"Bearer uvs_{token}"}) == {401}
    opened = (await viewing(client, await made(client, admin)))["Authorization"]
    assert await looks(client, headers={"Authorization": opened.replace("uvs_", "")}) == {401}


async def test_opened_link_expires_after_an_hour(client, admin, clock):
    headers = await viewing(client, await made(client, admin))
    clock.forward(timedelta(minutes=59))
    assert await looks(client, headers=headers) == {200}
    clock.forward(timedelta(minutes=1))
    assert await looks(client, headers=headers) == {401}


async def test_revoked_link_stops_working_at_once(client, admin):
    share, kept = await made(client, admin), await made(client, admin, name="kept")
    headers, others = await viewing(client, share), await viewing(client, kept)
    path = f"/api/v1/sites/example/shares/{share['id']}"
    assert (await client.delete(path, headers=admin.headers)).status == 204
    assert await looks(client, headers=headers) == {401}
    assert await looks(client, headers=others) == {200}
    answer = await open_link(client, share["token"])
    assert (answer.status, answer.content_type) == (404, CONTENT_TYPE)
    assert [each["name"] for each in await shares_of(client, admin)] == ["kept"]
    assert (await client.delete(path, headers=admin.headers)).status == 404


async def test_link_of_deleted_site_stops_working(client, admin):
    share = await made(client, admin)
    headers = await viewing(client, share)
    await client.delete("/api/v1/sites/example", headers=admin.headers)
    assert await looks(client, headers=headers) == {401}
    assert (await open_link(client, share["token"])).status == 404


async def test_link_with_password_requires_it(client, admin):
    share = await made(client, admin, password=PASSWORD)
    assert share["has_password"]
    for body in ({}, {"password": None}, {"password": "something else"}):
        answer = await open_link(client, share["token"], **body)
        assert await problem_of(answer) == (401, "share-password-required")
    assert (await open_link(client, share["token"], password=PASSWORD)).status == 200


async def test_guessing_password_of_link_is_slowed(client, admin):
    share = await made(client, admin, password=PASSWORD)
    statuses = [(await open_link(client, share["token"], password=f"guess {n}")).status for n in range(10)]
    assert (statuses[0], statuses[-1]) == (401, 429)
    answer = await open_link(client, share["token"], password=PASSWORD)
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("token", ["", "nonsense", "é", "\0"])
async def test_unknown_link_is_not_found(client, token):
    assert (await open_link(client, token)).status == 404


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("name", "a\0b"), ("password", "short"), ("nonsense", 1)])
async def test_invalid_field_is_named(client, admin, field, value):
    body = {"name": "for the board", field: value}
    answer = await client.post("/api/v1/sites/example/shares", json=body, headers=admin.headers)
    assert answer.status == 422
    assert (await answer.json())["field"] == field


async def test_members_share_site_and_others_do_not_find_it(client, admin, reader, pool):
    share = await made(client, admin)
    paths = ("sites/example/shares", "sites/missing/shares")
    assert {await status(client, path, reader.headers) for path in paths} == {404}
    assert (await make(client, reader)).status == 404
    path = f"/api/v1/sites/example/shares/{share['id']}"
    assert (await client.delete(path, headers=reader.headers)).status == 404
    await make_site_admin(pool, reader, "example")
    assert (await make(client, reader)).status == 201
    assert len(await shares_of(client, reader)) == 2
    assert (await client.delete(path, headers=reader.headers)).status == 204


async def test_link_is_revoked_under_its_own_site_only(client, admin):
    share = await made(client, admin)
    for path in (f"other/shares/{share['id']}", "example/shares/nonsense"):
        assert (await client.delete(f"/api/v1/sites/{path}", headers=admin.headers)).status == 404
    assert len(await shares_of(client, admin)) == 1


async def test_creating_and_revoking_links_is_in_audit_log(client, admin, pool):
    share = await made(client, admin)
    await client.delete(f"/api/v1/sites/example/shares/{share['id']}", headers=admin.headers)
    rows = await pool.fetch("select action, subject from audit_log where action like 'share.%' order by action")
    assert [tuple(row) for row in rows] == [
        ("share.create", f"example/{share['id']}"),
        ("share.revoke", f"example/{share['id']}"),
    ]
