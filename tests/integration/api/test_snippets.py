"""The HTML that counts a site's pages."""

from typing import Any

from tests.integration.api.people import User, make_site_admin

SITE = {"name": "shop", "url": "https://shop.example"}


async def snippet(client: Any, user: User) -> Any:
    return await client.get("/api/v1/sites/shop/snippet", headers=user.headers)


async def test_a_snippet_names_the_site_and_the_collector_that_this_client_can_reach(client: Any, admin: User):
    await client.post("/api/v1/sites", json=SITE, headers=admin.headers)
    found = await (await snippet(client, admin)).json()
    collector = found["collector"]
    assert collector == f"http://{client.host}:8001"
    assert found["html"] == f'<script defer src="{collector}/uv.js" data-site="shop"></script>'
    assert f'src="{collector}/pixel.gif?site=shop"' in found["noscript"]


async def test_a_snippet_is_for_those_who_see_the_site(client: Any, pool: Any, admin: User, reader: User):
    await client.post("/api/v1/sites", json=SITE, headers=admin.headers)
    assert (await snippet(client, reader)).status == 404
    await make_site_admin(pool, reader, "shop")
    assert (await snippet(client, reader)).status == 200
    assert (await client.get("/api/v1/sites/shop/snippet")).status == 401
