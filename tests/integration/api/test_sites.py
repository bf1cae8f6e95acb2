"""Sites: access, creation, and what is published to the collectors."""

import pytest

from common.registry import published_sites
from services.api.problems import CONTENT_TYPE
from tests.integration.api.people import make_site_admin

JSON = {"Content-Type": "application/json"}
EXAMPLE = {"name": "example", "url": "https://example.com/blog"}


async def create(client, user, **body):
    return await client.post("/api/v1/sites", json=body, headers=user.headers)


async def names_seen(client, user):
    answer = await client.get("/api/v1/sites", headers=user.headers)
    return [site["name"] for site in (await answer.json())["sites"]]


async def test_site_is_created_with_defaults_and_published(client, admin, redis):
    answer = await create(client, admin, **EXAMPLE)
    site = await answer.json()
    assert answer.status == 201
    assert site == {
        "name": "example",
        "url": "https://example.com/blog",
        "timezone": "UTC",
        "origins": [
            "https://example.com",
            "http://example.com",
            "https://www.example.com",
            "http://www.example.com",
        ],
        "identity": "cookie",
        "privacy_signal": "honor",
        "bot_policy": "separate",
        "public": False,
        "retention_days": None,
        "signature_schemes": ["legacy", "rfc9421"],
        "created_at": "2046-11-22T12:30:00Z",
    }
    (published,) = await published_sites(redis)
    assert (published.name, list(published.origins)) == ("example", site["origins"])


async def test_given_settings_are_stored(client, admin):
    wanted = {
        "name": "shop.example",
        "url": "http://localhost:3000",
        "timezone": "Asia/Kathmandu",
        "origins": ["https://Shop.Example:443/", "http://127.0.0.1:3000"],
        "identity": "cookieless",
        "privacy_signal": "drop",
        "public": True,
    }
    assert (await create(client, admin, **wanted)).status == 201
    site = await (await client.get("/api/v1/sites/shop.example", headers=admin.headers)).json()
    assert {key: site[key] for key in wanted} == wanted | {"origins": ["https://shop.example", "http://127.0.0.1:3000"]}


@pytest.mark.parametrize("origins", [["*"], [], ["https://example.com", "*"]])
async def test_any_origin_can_be_allowed(client, admin, redis, origins):
    site = await (await create(client, admin, **EXAMPLE, origins=origins)).json()
    assert site["origins"] == ["*"]
    assert (await published_sites(redis))[0].origins == ()


async def test_name_is_unique(client, admin):
    await create(client, admin, **EXAMPLE)
    answer = await create(client, admin, **EXAMPLE)
    problem = await answer.json()
    assert (answer.status, answer.content_type) == (409, CONTENT_TYPE)
    assert problem == {
        "type": "urn:pyuniqvisit:problem:site-name-taken",
        "title": "The site name is taken",
        "status": 409,
        "detail": "name: is already used by another site; choose another name",
        "field": "name",
        "errors": [{"field": "name", "detail": "is already used by another site; choose another name"}],
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("name", "Not A Name"),
        ("name", ""),
        ("name", None),
        ("url", "example.com"),
        ("url", "ftp://example.com"),
        ("url", "https://"),
        ("origins", ["not an origin"]),
        ("identity", "fingerprint"),
        ("privacy_signal", "laugh"),
        ("public", "perhaps"),
        ("nonsense", 1),
    ],
)
async def test_invalid_field_is_named(client, admin, field, value):
    answer = await create(client, admin, **(EXAMPLE | {field: value}))
    problem = await answer.json()
    assert answer.status == 422
    assert problem["field"] == field
    assert problem["detail"].startswith(field)


async def test_all_invalid_fields_are_named_together(client, admin):
    problem = await (await create(client, admin, name="No", url="no", timezone="no")).json()
    assert [wrong["field"] for wrong in problem["errors"]] == ["name", "url", "timezone"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"name": "\\ud800"}'])
async def test_body_that_is_not_json_is_malformed(client, admin, body):
    answer = await client.post("/api/v1/sites", data=body, headers=admin.headers | JSON)
    assert answer.status == 400
    assert (await answer.json())["type"].endswith(":malformed-body")


async def test_body_that_is_too_large_is_rejected(client, admin):
    answer = await client.post("/api/v1/sites", data=b"[" + b" " * 70_000, headers=admin.headers | JSON)
    assert answer.status == 413


async def test_user_sees_only_sites_with_membership(client, admin, reader, pool):
    for name in ("one", "two", "three"):
        await create(client, admin, name=name, url="https://example.com")
    assert await names_seen(client, reader) == []
    await make_site_admin(pool, reader, "two")
    assert await names_seen(client, reader) == ["two"]
    assert await names_seen(client, admin) == ["one", "three", "two"]


@pytest.mark.parametrize("path", ["", "/stats/summary", "/stats/timeseries"])
async def test_site_of_other_user_is_not_found_like_unknown_site(client, admin, reader, pool, path):
    await create(client, admin, **EXAMPLE)
    hidden = await client.get(f"/api/v1/sites/example{path}", headers=reader.headers)
    missing = await client.get(f"/api/v1/sites/missing{path}", headers=reader.headers)
    assert (hidden.status, missing.status) == (404, 404)
    assert await hidden.text() == await missing.text()
    await make_site_admin(pool, reader, "example")
    assert (await client.get(f"/api/v1/sites/example{path}", headers=reader.headers)).status == 200


@pytest.mark.parametrize("name", ["%00", "EXAMPLE", "a%2Fb", "%F0%9F%90%98", "x" * 64, "example%0A"])
async def test_invalid_site_name_is_not_found(client, admin, name):
    await create(client, admin, **EXAMPLE)
    assert (await client.get(f"/api/v1/sites/{name}", headers=admin.headers)).status == 404


async def test_deleted_site_is_not_found(client, admin, pool):
    await create(client, admin, **EXAMPLE)
    await pool.execute("update sites set deleted_at = now()")
    assert await names_seen(client, admin) == []
    assert (await client.get("/api/v1/sites/example", headers=admin.headers)).status == 404


async def test_only_administrators_create_sites(client, reader, pool):
    answer = await create(client, reader, **EXAMPLE)
    assert answer.status == 403
    assert await pool.fetchval("select count(*) from sites") == 0
