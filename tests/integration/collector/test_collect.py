"""Beacons sent over HTTP reach the streams, or are rejected."""

import json

import pytest
from aiohttp.test_utils import TestClient

from common.beacon import Kind

PAGE = {"site": "open", "url": "https://open.example/pricing?utm_source=news&email=a@b.c#top"}
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


async def send(client: TestClient, body: object, **headers: str):
    headers = {"Content-Type": "text/plain", "User-Agent": CHROME} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    data = body if isinstance(body, bytes) else json.dumps(body)
    return await client.post("/collect", data=data, headers=headers)


async def test_accepted_beacon_is_on_its_stream_before_the_response(collector, read_beacons):
    answer = await send(collector, PAGE)

    assert answer.status == 202
    assert await answer.read() == b""
    [beacon] = await read_beacons()
    assert (beacon.site_id, beacon.kind, beacon.host, beacon.path) == (2, Kind.PAGEVIEW, "open.example", "/pricing")
    assert beacon.user_agent == CHROME
    assert beacon.network == "127.0.0.0/24"


async def test_only_campaign_parameters_of_the_query_are_stored(collector, read_beacons):
    await send(collector, PAGE | {"url": "https://open.example/?UTM_Source=a&gclid=secret&token=x&ref=b"})

    [beacon] = await read_beacons()
    assert beacon.query == "utm_source=a&gclid=1&ref=b"


async def test_all_fields_of_a_beacon_are_stored(collector, read_beacons):
    fields = {
        "kind": "event",
        "referrer": "https://news.example/item?id=1#c",
        "width": 390,
        "language": "en-GB",
        "name": "signup",
        "props": {"plan": "pro", "seats": 3, "trial": True, "none": None},
        "engaged_ms": 1200.7,
        "scroll": 250,
        "webdriver": True,
        "from_a_newer_tracker": 1,
    }
    assert (await send(collector, PAGE | fields)).status == 202

    [beacon] = await read_beacons()
    assert beacon.kind is Kind.EVENT
    assert beacon.referrer == "https://news.example/item"
    assert (beacon.width, beacon.language, beacon.name) == (390, "en-GB", "signup")
    assert beacon.props == {"plan": "pro", "seats": 3, "trial": True}
    assert (beacon.engaged_ms, beacon.scroll, beacon.automated) == (1200, 100, True)


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"", 400, "malformed"),
        (b"{", 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        ({"site": "open"}, 400, "malformed"),
        ({"url": "https://open.example/"}, 400, "malformed"),
        (PAGE | {"url": "/relative"}, 400, "malformed"),
        (PAGE | {"url": "javascript:alert(1)"}, 400, "malformed"),
        (PAGE | {"url": "https://[broken/"}, 400, "malformed"),
        (PAGE | {"kind": "purchase"}, 400, "malformed"),
        (PAGE | {"kind": "event"}, 400, "malformed"),
        (PAGE | {"kind": "event", "name": "n", "props": {str(i): i for i in range(31)}}, 400, "malformed"),
        (PAGE | {"kind": "event", "name": "n", "props": {"n": 2**70}}, 400, "malformed"),
        (PAGE | {"kind": "event", "name": "n", "props": {"n": {"deep": 1}}}, 400, "malformed"),
        (PAGE | {"site": "unknown"}, 404, "unknown-site"),
        (PAGE | {"site": "shop"}, 403, "wrong-origin"),
        (b" " * 65_537, 413, "too-large"),
    ],
)
async def test_rejected_beacon_gets_status_and_reason(collector, read_beacons, body, status, reason):
    answer = await send(collector, body)

    assert (answer.status, answer.headers["X-Beacon-Rejected"]) == (status, reason)
    assert await read_beacons() == []
    metrics = await (await collector.get("/metrics")).text()
    assert f'pyuniqvisit_collector_beacons_total{{outcome="{reason}"}} 1.0' in metrics


@pytest.mark.parametrize(
    ("url", "origin", "status"),
    [
        ("https://shop.example/a", "https://shop.example", 202),
        ("https://shop.example/a", "https://www.shop.example", 202),
        ("https://shop.example/a", "https://evil.example", 403),
        ("https://shop.example/a", "https://evilshop.example", 403),
        ("https://shop.example/a", "null", 403),
        ("https://evil.example/a", None, 403),
        ("https://shop.example/a", None, 202),
        ("HTTPS://Shop.Example?x", None, 202),
    ],
)
async def test_beacons_from_other_origins_are_rejected(collector, url, origin, status):
    headers = {"Origin": origin} if origin else {}

    assert (await send(collector, {"site": "shop", "url": url}, **headers)).status == status


async def test_text_with_nul_and_control_characters_is_cleaned(collector, read_beacons):
    await send(collector, PAGE | {"kind": "event", "name": "a\x00b\x1f", "props": {"k\x00": "v\x00"}})

    [beacon] = await read_beacons()
    assert (beacon.name, beacon.props) == ("ab", {"k": "v"})


async def test_preflight_request_is_answered(collector):
    answer = await collector.options("/collect")

    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"


async def test_pixel_counts_a_page_view_of_its_page(collector, read_beacons):
    answer = await collector.get(
        "/pixel.gif?site=open", headers={"Referer": "https://open.example/plain", "User-Agent": CHROME}
    )

    assert (answer.status, answer.content_type) == (200, "image/gif")
    assert (await answer.read()).startswith(b"GIF89a")
    assert "no-store" in answer.headers["Cache-Control"]
    [beacon] = await read_beacons()
    assert (beacon.kind, beacon.path) == (Kind.PAGEVIEW, "/plain")


async def test_pixel_without_a_page_is_rejected(collector):
    answer = await collector.get("/pixel.gif?site=open")

    assert (answer.status, answer.headers["X-Beacon-Rejected"]) == (400, "malformed")
