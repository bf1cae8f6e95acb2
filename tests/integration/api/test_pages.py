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


async def test_the_dashboard_is_checked_again_each_time_and_may_load_only_its_own(client, built):
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
async def test_every_place_of_the_dashboard_is_the_same_page(client, built, path):
    answer = await client.get(path)
    assert (answer.status, await answer.text()) == (200, "<h1>dashboard</h1>")
    assert "Content-Security-Policy" in answer.headers


async def test_assets_are_kept_for_ever(client, built):
    answer = await client.get("/assets/app-1a2b.js")
    assert (answer.status, await answer.text()) == (200, "let a = 1")
    assert "javascript" in answer.content_type
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_systems_that_install_the_dashboard_find_its_name_and_its_icons(client, built):
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
async def test_nothing_but_what_was_built_for_it_is_served(client, built, web_dir, path):
    (web_dir / "dashboard/assets/.hidden").write_text("secret")
    answer = await client.get(path)
    assert answer.status == 404
    assert "secret" not in await answer.text()


async def test_a_link_out_of_the_build_is_not_followed(client, built, web_dir):
    (web_dir / "dashboard/assets/link.txt").symlink_to(web_dir / "secret.txt")
    assert (await client.get("/assets/link.txt")).status == 404


async def test_demo_pages_find_the_collector_on_the_host_that_was_asked(client, built):
    answer = await client.get("/demo/", headers={"Host": "box.example:9000"})
    assert await answer.text() == '<script src="http://box.example:8001/uv.js"></script>'
    assert (await client.get("/demo", headers={"Host": "box.example"})).url.path == "/demo/"
    assert (await client.get("/demo/about.html")).status == 200
    assert (await client.get("/demo/style.css")).content_type == "text/css"


@pytest.mark.parametrize("host", ['x"><script>alert(1)</script>', "a/b", "[::1"])
async def test_a_host_that_is_none_is_not_written_into_the_page(client, built, host):
    answer = await client.get("/demo/", headers={"Host": host})
    assert answer.status in (200, 400)
    assert "alert" not in await answer.text()


async def test_without_a_web_build_a_line_says_what_to_do(client):
    for path in ("/", "/assets/app.js", "/demo/", "/demo/style.css"):
        answer = await client.get(path)
        assert answer.status == 503, path
        assert "make setup" in await answer.text()
    assert (await client.get("/api/v1/sites")).status == 401, "the API works without it"
