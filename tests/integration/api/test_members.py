"""Who may see a site: giving it to users, and taking it away."""

import pytest

from tests.integration.api.people import add_user


@pytest.fixture
async def site(client, admin):
    body = {"name": "example", "url": "https://example.com"}
    assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
    return "/api/v1/sites/example"


@pytest.fixture
def admins_of(client, admin):
    async def get(site, user=admin):
        answer = await client.get(f"{site}/members", headers=user.headers)
        assert answer.status == 200
        return (await answer.json())["members"]

    return get


async def test_member_is_added_and_removed(client, admin, reader, site, admins_of):
    assert (await client.get(site, headers=reader.headers)).status == 404
    for username in ("rob", "ROB"):  # twice is as good as once
        answer = await client.put(f"{site}/members/{username}", headers=admin.headers)
        assert (answer.status, await answer.read()) == (204, b"")
    assert await admins_of(site) == ["rob"]
    assert (await client.get(site, headers=reader.headers)).status == 200
    assert (await client.get(f"{site}/stats/summary", headers=reader.headers)).status == 200

    assert (await client.delete(f"{site}/members/Rob", headers=admin.headers)).status == 204
    assert await admins_of(site) == []
    assert (await client.get(site, headers=reader.headers)).status == 404
    assert (await client.get(f"{site}/stats/summary", headers=reader.headers)).status == 404


async def test_user_has_many_sites_and_site_has_many_members(
    client, admin, reader, site, admins_of, pool, api_settings, clock
):
    await add_user(pool, "Bob", api_settings, clock)
    await client.post("/api/v1/sites", json={"name": "two", "url": "https://a.io"}, headers=admin.headers)
    for name, username in (("example", "rob"), ("example", "bob"), ("two", "rob")):
        assert (await client.put(f"/api/v1/sites/{name}/members/{username}", headers=admin.headers)).status == 204
    assert await admins_of(site) == ["Bob", "rob"]
    user = await (await client.get("/api/v1/users/rob", headers=admin.headers)).json()
    assert user["sites"] == ["example", "two"]


async def test_member_sees_members_but_cannot_change_them(client, admin, reader, site, admins_of):
    await client.put(f"{site}/members/rob", headers=admin.headers)
    await client.put(f"{site}/members/ada", headers=admin.headers)
    assert await admins_of(site, reader) == ["ada", "rob"]
    for answer in (
        await client.put(f"{site}/members/rob", headers=reader.headers),
        await client.delete(f"{site}/members/ada", headers=reader.headers),
    ):
        assert answer.status == 403
    assert await admins_of(site) == ["ada", "rob"]


async def test_site_of_others_is_not_found_and_reveals_no_members(client, admin, reader, site):
    hidden = await client.get(f"{site}/members", headers=reader.headers)
    missing = await client.get("/api/v1/sites/missing/members", headers=reader.headers)
    assert (hidden.status, missing.status) == (404, 404)
    hidden_problem, missing_problem = await hidden.json(), await missing.json()
    assert hidden_problem == missing_problem


async def test_deleted_user_is_no_longer_listed(client, admin, reader, site, admins_of):
    await client.put(f"{site}/members/rob", headers=admin.headers)
    assert (await client.delete("/api/v1/users/rob", headers=admin.headers)).status == 204
    assert await admins_of(site) == []


@pytest.mark.parametrize(
    ("method", "path", "slug"),
    [
        ("put", "example/members/unknown", "user-not-found"),
        ("delete", "example/members/unknown", "user-not-found"),
        ("delete", "example/members/rob", "user-not-found"),
        ("put", "missing/members/rob", "site-not-found"),
        ("delete", "missing/members/rob", "site-not-found"),
    ],
)
async def test_unknown_user_or_site_is_named(client, admin, reader, site, method, path, slug):
    answer = await getattr(client, method)(f"/api/v1/sites/{path}", headers=admin.headers)
    assert answer.status == 404
    assert (await answer.json())["type"].endswith(f":{slug}")
