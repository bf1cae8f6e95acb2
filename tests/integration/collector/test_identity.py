"""Visitor ids by the site's identity mode and the visitor's privacy signal."""

import pytest
from redis.asyncio import Redis

from common.config import Settings
from services.collector.app import INTAKE
from services.collector.responses import COOKIE
from tests.integration.collector.conftest import ReadBeacons, StartCollector
from tests.integration.collector.test_collect import send

A_COOKIE = "0123456789abcdef0123456789abcdef"
ANOTHER = "fedcba9876543210fedcba9876543210"


def page(site: str, path: str = "/", **more: object) -> dict[str, object]:
    return {"site": site, "url": f"https://{site}.example{path}"} | more


async def test_same_cookie_is_the_same_visitor_in_any_browser(collector, read_beacons: ReadBeacons):
    await send(collector, page("open", "/1", visitor=A_COOKIE), User_Agent="one")
    await send(collector, page("open", "/2", visitor=A_COOKIE), User_Agent="two")
    await send(collector, page("open", "/3", visitor=ANOTHER), User_Agent="one")

    one, two, other = await read_beacons()
    assert one.visitor_id == two.visitor_id != other.visitor_id


async def test_the_stored_id_is_not_the_cookie(collector, read_beacons: ReadBeacons):
    await send(collector, page("open", visitor=A_COOKIE))

    [beacon] = await read_beacons()
    assert beacon.visitor_id.hex() != A_COOKIE


async def test_one_cookie_on_two_sites_is_two_visitors(collector, read_beacons: ReadBeacons):
    await send(collector, page("open", visitor=A_COOKIE))
    await send(collector, page("deaf", visitor=A_COOKIE))

    one, other = await read_beacons()
    assert one.visitor_id != other.visitor_id


async def test_same_site_page_gets_an_http_only_cookie(collector, read_beacons: ReadBeacons):
    answer = await send(collector, page("open", visitor=A_COOKIE), Sec_Fetch_Site="same-site")

    cookie = answer.cookies[COOKIE]
    assert cookie.value == A_COOKIE
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert int(cookie["max-age"]) == 395 * 24 * 3600
    assert not cookie["secure"]


async def test_collectors_cookie_takes_precedence_over_the_trackers(collector, read_beacons: ReadBeacons):
    await send(collector, page("open", visitor=A_COOKIE))
    answer = await send(
        collector, page("open", visitor=ANOTHER), Sec_Fetch_Site="same-site", Cookie=f"{COOKIE}={A_COOKIE}"
    )

    assert COOKIE not in answer.cookies
    first, second = await read_beacons()
    assert first.visitor_id == second.visitor_id


async def test_a_same_site_visitor_without_any_cookie_gets_a_new_one(collector):
    first = await send(collector, page("open"), Sec_Fetch_Site="same-origin")
    second = await send(collector, page("open"), Sec_Fetch_Site="same-origin")

    assert first.cookies[COOKIE].value != ""
    # The test's client sends the cookie back, so no second one is needed.
    assert COOKIE not in second.cookies


async def test_pages_of_other_sites_never_get_a_cookie(collector):
    answer = await send(collector, page("open", visitor=A_COOKIE), Sec_Fetch_Site="cross-site")

    assert COOKIE not in answer.cookies


@pytest.mark.parametrize("nonsense", ["", "short", "x" * 65, "with spaces and more text", "ü" * 20])
async def test_malformed_cookie_is_ignored(collector, read_beacons: ReadBeacons, nonsense):
    await send(collector, page("open", visitor=nonsense))
    await send(collector, page("open"))

    one, other = await read_beacons()
    assert one.visitor_id == other.visitor_id


async def test_cookieless_visitor_is_identified_by_address_and_browser(collector, read_beacons: ReadBeacons):
    for path, agent in (("/1", "one"), ("/2", "one"), ("/3", "two")):
        await send(collector, page("cookieless", path, visitor=A_COOKIE), User_Agent=agent)

    one, same, other = await read_beacons()
    assert one.visitor_id == same.visitor_id != other.visitor_id


@pytest.mark.parametrize(("site", "same"), [("cookieless", False), ("persistent", True)])
async def test_cookieless_id_changes_daily_and_persistent_id_does_not(
    start_collector: StartCollector, stream_settings: Settings, read_beacons: ReadBeacons, redis: Redis, site, same
):

    client = await start_collector(stream_settings)
    intake = client.app[INTAKE]
    await send(client, page(site))
    real = intake._clock
    intake._clock = lambda: real() + 24 * 60 * 60 * 1000  # tomorrow's salt is already there
    await send(client, page(site))

    today, tomorrow = sorted(await read_beacons(), key=lambda beacon: beacon.received_at)
    assert (today.visitor_id == tomorrow.visitor_id) is same


async def test_salts_are_shared_by_all_collectors_and_expire_after_two_days(
    start_collector: StartCollector, stream_settings: Settings, read_beacons: ReadBeacons, redis: Redis
):
    for _ in range(2):
        await send(await start_collector(stream_settings), page("cookieless"))

    one, other = await read_beacons()
    assert one.visitor_id == other.visitor_id
    days = await redis.keys("salts:day:*")
    assert len(days) == 2
    for day in days:
        assert 0 < await redis.ttl(day) <= 72 * 3600  # tomorrow's: until 48 hours after its midnight
    assert await redis.ttl("salts:install") == -1


@pytest.mark.parametrize("header", [{"Sec_GPC": "1"}, {"DNT": "1"}])
async def test_opted_out_visitors_of_a_cookie_site_are_counted_without_a_cookie(
    collector, read_beacons: ReadBeacons, header
):
    for cookie in (A_COOKIE, ANOTHER):
        answer = await send(collector, page("open", visitor=cookie), Sec_Fetch_Site="same-site", **header)
        assert COOKIE not in answer.cookies

    one, other = await read_beacons()
    assert one.visitor_id == other.visitor_id


REQUESTS = {
    "collect": ("POST", "/collect", {"site": "{site}", "url": "https://{site}.example/"}),
    "pixel": ("GET", "/pixel.gif?site={site}&url=https://{site}.example/", None),
    "track": ("POST", "/track", {"site_id": "{site}", "path": "/"}),
    "click": ("POST", "/click", {"site_id": "{site}", "url": "https://elsewhere.example/"}),
}


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
@pytest.mark.parametrize("request_name", REQUESTS)
async def test_opt_out_is_respected_by_every_handler(collector, read_beacons: ReadBeacons, request_name, header):
    method, path, body = REQUESTS[request_name]

    async def come(site, cookie):
        sent = body and {key: text.format(site=site) for key, text in body.items()}
        headers = {
            "Origin": f"https://{site}.example", "Sec-Fetch-Site": "same-origin", "Cookie": f"{COOKIE}={cookie}",
            header: "1",
        }  # fmt: skip
        collector.session.cookie_jar.clear()
        return await collector.request(method, path.format(site=site), json=sent, headers=headers)

    for cookie in (A_COOKIE, ANOTHER):
        answer = await come("open", cookie)
        assert answer.status in (200, 202)
        assert COOKIE not in answer.cookies
    assert (await come("strict", A_COOKIE)).headers["X-Beacon-Rejected"] == "privacy-signal"
    one, other = await read_beacons()
    assert one.visitor_id == other.visitor_id, "neither cookie identifies the visitor"


async def test_site_may_drop_opted_out_visitors(collector, read_beacons: ReadBeacons):
    answer = await send(collector, page("strict"), Sec_GPC="1")

    assert (answer.status, answer.headers["X-Beacon-Rejected"]) == (403, "privacy-signal")
    assert await read_beacons() == []
    assert (await send(collector, page("strict"))).status == 202


async def test_a_site_may_ignore_the_signal(collector, read_beacons: ReadBeacons):
    for cookie in (A_COOKIE, ANOTHER):
        await send(collector, page("deaf", visitor=cookie), DNT="1")

    one, other = await read_beacons()
    assert one.visitor_id != other.visitor_id
