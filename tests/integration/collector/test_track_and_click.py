"""``POST /track`` and ``POST /click``: clients that send only a path, or a link."""

import pytest
from aiohttp.test_utils import TestClient

from common.beacon import Kind
from tests.support.beacons import CHROME

FROM_PAGE = {"Origin": "https://open.example", "User-Agent": CHROME}


async def test_track_accepts_a_path_and_a_site(collector, read_beacons):
    answer = await collector.post("/track", json={"path": "/hello", "site_id": "open"}, headers=FROM_PAGE)

    assert answer.status == 200
    assert await answer.json() == {"status": "ok", "page": "/hello"}
    [beacon] = await read_beacons()
    assert (beacon.kind, beacon.host, beacon.path) == (Kind.PAGEVIEW, "open.example", "/hello")


async def test_click_accepts_an_outbound_url_and_a_site(collector, read_beacons):
    answer = await collector.post(
        "/click",
        json={"url": "https://elsewhere.example/x", "site_id": "open"},
        headers={"Referer": "https://open.example/from"},
    )

    assert answer.status == 200
    assert await answer.json() == {"status": "ok", "url": "https://elsewhere.example/x"}
    [beacon] = await read_beacons()
    assert (beacon.kind, beacon.name, beacon.path) == (Kind.CLICK, "https://elsewhere.example/x", "/from")


@pytest.mark.parametrize("body", [{}, {"path": "/"}, None])
async def test_missing_site_means_default_which_must_be_registered(collector, body):
    answer = await collector.post("/track", json=body) if body is not None else await collector.post("/track")

    assert (answer.status, answer.headers["X-Beacon-Rejected"]) == (404, "unknown-site")


async def test_client_without_origin_is_counted_on_the_sites_own_pages(collector, read_beacons):
    """It sends no Origin, and its Referer is the page that the visitor came from."""
    headers = {"Referer": "https://www.google.com/search", "User-Agent": CHROME}
    answer = await collector.post("/track", json={"path": "/prices", "site_id": "shop"}, headers=headers)

    assert answer.status == 200
    [beacon] = await read_beacons()
    assert (beacon.host, beacon.path) == ("shop.example", "/prices")
    assert beacon.referrer == "https://www.google.com/search"


async def test_pages_of_other_origins_are_rejected(collector):
    headers = {"Origin": "https://elsewhere.example"}
    answer = await collector.post("/track", json={"path": "/", "site_id": "shop"}, headers=headers)

    assert (answer.status, answer.headers["X-Beacon-Rejected"]) == (403, "wrong-origin")


async def test_same_origin_pages_get_the_cookie_and_are_identified_by_it(collector: TestClient, read_beacons):
    headers = {**FROM_PAGE, "Sec-Fetch-Site": "same-origin"}
    first = await collector.post("/track", json={"path": "/1", "site_id": "open"}, headers=headers)
    cookie = {"Cookie": f"_uv={first.cookies['_uv'].value}"}
    await collector.post("/track", json={"path": "/2", "site_id": "open"}, headers={**headers, **cookie})

    one, two = await read_beacons()
    assert one.visitor_id == two.visitor_id


async def test_pages_without_cookies_are_one_visitor(collector: TestClient, read_beacons):
    headers = {**FROM_PAGE, "Sec-Fetch-Site": "same-site"}
    for path in ("/1", "/2"):
        answer = await collector.post("/track", json={"path": path, "site_id": "open"}, headers=headers)
        assert "Set-Cookie" not in answer.headers

    one, two = await read_beacons()
    assert one.visitor_id == two.visitor_id


@pytest.mark.parametrize("path", ["/track", "/click"])
async def test_any_page_may_send_json(collector, path):
    preflight = await collector.options(path)

    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert preflight.headers["Access-Control-Allow-Headers"] == "Content-Type"


@pytest.mark.parametrize(
    ("path", "body"), [("/track", "{"), ("/track", '{"path": 1}'), ("/click", "{}"), ("/click", '{"url": ""}')]
)
async def test_malformed_body_is_rejected(collector, path, body):
    answer = await collector.post(path, data=body)

    assert (answer.status, answer.headers["X-Beacon-Rejected"]) == (400, "malformed")


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/", "javascript:alert(1)", "//elsewhere.example", "x\r\nLocation: /y"]
)
async def test_click_is_counted_and_does_not_redirect(collector, url):
    answer = await collector.post(
        "/click", json={"url": url, "site_id": "open"}, headers=FROM_PAGE, allow_redirects=False
    )

    assert (answer.status, answer.content_type) == (200, "application/json")
    assert not answer.headers.keys() & {"Location", "Refresh"}
