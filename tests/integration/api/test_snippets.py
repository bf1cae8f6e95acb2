"""The HTML that counts a site's pages."""

from typing import Any

from tests.integration.api.people import User, make_site_admin

SITE = {"name": "shop", "url": "https://shop.example"}


async def snippet(client: Any, user: User) -> Any:
    return await client.get("/api/v1/sites/shop/snippet", headers=user.headers)


async def test_snippet_names_site_and_reachable_collector(client: Any, admin: User):
    await client.post("/api/v1/sites", json=SITE, headers=admin.headers)
    found = await (await snippet(client, admin)).json()
    collector = found["collector"]
    assert collector == f"http://{client.host}:8001"
    assert found["html"] == f'<script defer src="{collector}/uv.js" data-site="shop"></script>'
    assert f'src="{collector}/pixel.gif?site=shop"' in found["noscript"]


async def test_snippet_requires_access_to_site(client: Any, pool: Any, admin: User, reader: User):
    await client.post("/api/v1/sites", json=SITE, headers=admin.headers)
    assert (await snippet(client, reader)).status == 404
    await make_site_admin(pool, reader, "shop")
    assert (await snippet(client, reader)).status == 200
    assert (await client.get("/api/v1/sites/shop/snippet")).status == 401
