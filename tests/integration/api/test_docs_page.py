"""The page that shows the description of the API."""

import json

import pytest


@pytest.fixture
def built(web_dir):
    assets = web_dir / "docs" / "assets"
    assets.mkdir(parents=True)
    (assets.parent / "index.html").write_text("<h1>docs</h1>")
    (assets / "index-1a2b.js").write_text("let a = 1")
    (web_dir / "docs" / "secret.txt").write_text("secret")


async def test_docs_page_loads_only_own_resources(client, built):
    answer = await client.get("/api/docs")
    assert (answer.status, answer.content_type, await answer.text()) == (200, "text/html", "<h1>docs</h1>")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_only_assets_of_docs_page_are_served(client, built):
    assert (await client.get("/api/docs/assets/index-1a2b.js")).status == 200
    assert (await client.get("/api/docs/assets/..%2fsecret.txt")).status == 404


async def test_missing_build_is_reported_and_document_is_served(client):
    assert (await client.get("/api/docs")).status == 503
    answer = await client.get("/api/v1/openapi.json")
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert json.loads(await answer.text())["openapi"] == "3.1.0"
