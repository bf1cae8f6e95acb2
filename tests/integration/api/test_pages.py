"""The dashboard and the demo pages."""

import pytest


@pytest.fixture
def built(web_dir):
    for name, text in {
        "dashboard/index.html": "<h1>dashboard</h1>",
        "dashboard/assets/app-1a2b.js": "let a = 1",
        "dashboard/manifest.webmanifest": "{}",
        "dashboard/icons/192.png": "an icon",
        "dashboard/secret.txt": "secret",
        "demo/index.html": '<script src="__COLLECTOR_URL__/uv.js"></script>',
        "demo/about.html": "about __COLLECTOR_URL__",
        "demo/style.css": "p {}",
        "secret.txt": "secret",
    }.items():
        path = web_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


async def test_dashboard_is_revalidated_and_loads_only_own_resources(client, built):
    answer = await client.get("/")
    assert (answer.status, answer.content_type, await answer.text()) == (200, "text/html", "<h1>dashboard</h1>")
    assert answer.headers["Cache-Control"] == "no-cache"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/new", "/share", "/pair", "/account", "/account/keys", "/admin/users", "/site/blog", "/site/blog/settings/goals"],
)
async def test_every_view_of_dashboard_is_same_page(client, built, path):
    answer = await client.get(path)
    assert (answer.status, await answer.text()) == (200, "<h1>dashboard</h1>")
    assert "Content-Security-Policy" in answer.headers


async def test_assets_are_cached_permanently(client, built):
    answer = await client.get("/assets/app-1a2b.js")
    assert (answer.status, await answer.text()) == (200, "let a = 1")
    assert "javascript" in answer.content_type
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_manifest_and_icons_are_served(client, built):
    manifest, icon = await client.get("/manifest.webmanifest"), await client.get("/icons/192.png")
    assert (manifest.status, manifest.content_type) == (200, "application/manifest+json")
    assert (icon.status, await icon.text()) == (200, "an icon")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/missing.js",
        "/icons/..%2fsecret.txt",
        "/assets/..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2fetc%2fpasswd",
        "/assets/a%00b",
        "/assets/.hidden",
        "/assets/" + "a" * 4_000,
        "/assets/" + "a/" * 2_000,
        "/demo/..%2fsecret.txt",
        "/demo/missing.html",
        "/demo/../secret.html",
        "/nothing",
    ],
)
async def test_only_files_of_build_are_served(client, built, web_dir, path):
    (web_dir / "dashboard/assets/.hidden").write_text("secret")
    answer = await client.get(path)
    assert answer.status == 404
    assert "secret" not in await answer.text()


async def test_symlink_out_of_build_is_not_followed(client, built, web_dir):
    (web_dir / "dashboard/assets/link.txt").symlink_to(web_dir / "secret.txt")
    assert (await client.get("/assets/link.txt")).status == 404


async def test_demo_pages_find_collector_on_host_of_request(client, built):
    answer = await client.get("/demo/", headers={"Host": "box.example:9000"})
    assert await answer.text() == '<script src="http://box.example:8001/uv.js"></script>'
    assert (await client.get("/demo", headers={"Host": "box.example"})).url.path == "/demo/"
    assert (await client.get("/demo/about.html")).status == 200
    assert (await client.get("/demo/style.css")).content_type == "text/css"


@pytest.mark.parametrize("host", ['x"><script>alert(1)</script>', "a/b", "[::1"])
async def test_invalid_host_is_not_written_into_page(client, built, host):
    answer = await client.get("/demo/", headers={"Host": host})
    assert answer.status in (200, 400)
    assert "alert" not in await answer.text()


async def test_missing_web_build_is_reported_with_advice(client):
    for path in ("/", "/assets/app.js", "/demo/", "/demo/style.css"):
        answer = await client.get(path)
        assert answer.status == 503, path
        assert "make setup" in await answer.text()
    assert (await client.get("/api/v1/sites")).status == 401, "the API works without it"
