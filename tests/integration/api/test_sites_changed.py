"""Updating sites: what stays, what is published to the collectors, and who can do it."""

import pytest

from common.registry import published_sites
from tests.integration.api.people import make_site_admin

EXAMPLE = {"name": "example", "url": "https://example.com/blog", "retention_days": 400}


@pytest.fixture
async def site(client, admin):
    answer = await client.post("/api/v1/sites", json=EXAMPLE, headers=admin.headers)
    assert answer.status == 201
    return await answer.json()


async def change(client, user, body, name="example"):
    return await client.patch(f"/api/v1/sites/{name}", json=body, headers=user.headers)


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("url", "https://example.org", "https://example.org"),
        ("timezone", "Asia/Kathmandu", "Asia/Kathmandu"),
        ("origins", ["https://Shop.Example:443/"], ["https://shop.example"]),
        ("origins", [], ["*"]),
        ("identity", "cookieless", "cookieless"),
        ("privacy_signal", "drop", "drop"),
        ("bot_policy", "count", "count"),
        ("public", True, True),
        ("retention_days", 30, 30),
        ("retention_days", None, None),
    ],
)
async def test_update_changes_one_field_only(client, admin, site, field, value, kept):
    answer = await change(client, admin, {field: value})
    assert answer.status == 200
    assert await answer.json() == site | {field: kept}
    assert await (await client.get("/api/v1/sites/example", headers=admin.headers)).json() == site | {field: kept}


async def test_empty_update_changes_nothing(client, admin, site):
    assert await (await change(client, admin, {})).json() == site


async def test_update_is_published_to_collectors(client, admin, site, redis):
    await change(client, admin, {"origins": ["https://example.org"], "identity": "cookieless"})
    [published] = await published_sites(redis)
    assert (published.origins, published.identity) == (("https://example.org",), "cookieless")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "other"),
        ("url", None),
        ("url", "ftp://example.com"),
        ("timezone", "Mars/Olympus"),
        ("origins", ["not an origin"]),
        ("identity", "fingerprint"),
        ("public", None),
        ("public", "perhaps"),
        ("retention_days", 0),
        ("retention_days", 2**31),
    ],
)
async def test_invalid_field_is_named_and_nothing_changes(client, admin, site, field, value):
    answer = await change(client, admin, {"privacy_signal": "drop", field: value})
    assert (answer.status, (await answer.json())["field"]) == (422, field)
    assert await (await client.get("/api/v1/sites/example", headers=admin.headers)).json() == site


async def test_members_update_site_and_others_do_not_find_it(client, admin, reader, site, pool):
    assert (await change(client, reader, {"public": True})).status == 404
    await make_site_admin(pool, reader, "example")
    assert (await change(client, reader, {"public": True})).status == 200
    assert (await change(client, reader, {"public": True}, name="missing")).status == 404


async def test_update_is_in_audit_log(client, admin, site, pool):
    await change(client, admin, {"public": True, "url": "https://example.org"})
    [entry] = await pool.fetch("select * from audit_log where action = 'site.update'")
    assert (entry["actor_name"], entry["subject"]) == ("ada", "example")
    assert entry["details"] == {"fields": ["public", "url"]}
