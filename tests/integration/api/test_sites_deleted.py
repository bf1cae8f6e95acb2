"""Deleting sites: they are hidden at once, and the deletion of their data has a progress."""

import pytest

from common.registry import published_sites
from tests.integration.api.people import make_site_admin

EXAMPLE = {"name": "example", "url": "https://example.com"}
DELETION = {
    "name": "example",
    "requested_at": "2046-11-22T12:30:00Z",
    "rows_total": None,
    "rows_deleted": 0,
    "finished_at": None,
}


@pytest.fixture(autouse=True)
async def site(client, admin):
    assert (await client.post("/api/v1/sites", json=EXAMPLE, headers=admin.headers)).status == 201


async def delete(client, user, name="example"):
    return await client.delete(f"/api/v1/sites/{name}", headers=user.headers)


async def test_deleted_site_is_hidden_and_its_deletion_has_progress(client, admin):
    answer = await delete(client, admin)
    assert (answer.status, await answer.json()) == (202, DELETION)
    assert (await client.get("/api/v1/sites/example", headers=admin.headers)).status == 404
    watched = await client.get("/api/v1/deletions/example", headers=admin.headers)
    assert (watched.status, await watched.json()) == (200, DELETION)
    every = await client.get("/api/v1/deletions", headers=admin.headers)
    assert await every.json() == {"deletions": [DELETION]}


async def test_deletion_is_published_to_collectors_at_once(client, admin, redis):
    assert [site.name for site in await published_sites(redis)] == ["example"]
    await delete(client, admin)
    assert await published_sites(redis) == []


async def test_site_is_deleted_once(client, admin, pool):
    await delete(client, admin)
    assert (await delete(client, admin)).status == 404
    assert await pool.fetchval("select count(*) from site_deletions") == 1


async def test_name_is_taken_until_deletion_is_finished(client, admin):
    await delete(client, admin)
    assert (await client.post("/api/v1/sites", json=EXAMPLE, headers=admin.headers)).status == 409


async def test_latest_of_two_deletions_of_same_name_is_returned(client, admin, pool):
    await delete(client, admin)
    await pool.execute(
        "update site_deletions set finished_at = requested_at - interval '1 day', requested_at = '2020-1-1'"
    )
    await pool.execute("delete from sites")
    await client.post("/api/v1/sites", json=EXAMPLE, headers=admin.headers)
    await delete(client, admin)
    assert await (await client.get("/api/v1/deletions/example", headers=admin.headers)).json() == DELETION
    every = await (await client.get("/api/v1/deletions", headers=admin.headers)).json()
    assert [deletion["finished_at"] is None for deletion in every["deletions"]] == [True, False]


async def test_only_administrators_delete_sites_and_see_deletions(client, admin, reader, pool):
    await make_site_admin(pool, reader, "example")
    assert (await delete(client, reader)).status == 403
    await delete(client, admin)
    assert (await client.get("/api/v1/deletions", headers=reader.headers)).status == 403
    assert (await client.get("/api/v1/deletions/example", headers=reader.headers)).status == 403


@pytest.mark.parametrize("name", ["other", "example", "EXAMPLE"])
async def test_site_that_was_not_deleted_has_no_deletion(client, admin, name):
    answer = await client.get(f"/api/v1/deletions/{name}", headers=admin.headers)
    assert answer.status == 404
    assert (await answer.json())["type"].endswith(":deletion-not-found")


async def test_deletion_is_in_audit_log(client, admin, pool):
    await delete(client, admin)
    [entry] = await pool.fetch("select actor_name, subject from audit_log where action = 'site.delete'")
    assert tuple(entry) == ("ada", "example")
