"""The last half hour of a site, over HTTP, from what the real worker stored."""

from datetime import timedelta

import pytest

from common.beacon import Kind
from tests.integration.api.conftest import NOW
from tests.integration.api.seeding import some_visitor, store
from tests.support.beacons import beacon_maker

MINUTE = 60_000


@pytest.fixture
async def site(client, admin, pool):
    body = {"name": "shop", "url": "https://shop.example"}
    assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
    return await pool.fetchval("select id from sites where name = 'shop'")


@pytest.fixture
def ask(client, admin):
    async def get(*filters):
        query = [("filter", wanted) for wanted in filters]
        answer = await client.get("/api/v1/sites/shop/stats/realtime", params=query, headers=admin.headers)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    return get


@pytest.fixture
async def busy_site(site, api_settings, redis, clock):
    make, now = beacon_maker(), int(NOW.timestamp() * 1000)
    anna, bert, carl, dora = ({"visitor_id": some_visitor(number), "site_id": site} for number in range(4))
    crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    beacons = [
        make(now - 28 * MINUTE, path="/", referrer="https://www.google.com/", **anna),
        make(now - 20 * MINUTE, path="/prices", **anna),
        make(now - 4 * MINUTE, path="/prices", **anna),
        make(now - 3 * MINUTE, path="/prices", **bert),
        make(now - 3 * MINUTE + 1_000, kind=Kind.EVENT, path="/prices", name="signup", **bert),
        make(now - 6 * MINUTE, path="/", **carl),
        make(now - 31 * MINUTE, path="/old", **dora),
        make(now - 1 * MINUTE, path="/bot", user_agent=crawler, visitor_id=some_visitor(9), site_id=site),
        make(now - 1 * MINUTE, path="/elsewhere", visitor_id=some_visitor(0), site_id=site + 1),
    ]
    await store(beacons, api_settings, redis, clock)


def counts(rows):
    return {row["value"]: (row["visitors"], row["pageviews"]) for row in rows}


async def test_who_is_there_now_and_what_happened_in_the_last_half_hour(busy_site, ask):
    answer = await ask()
    assert answer["site"] == "shop"
    assert answer["as_of"] == "2046-11-22T12:30:00Z"
    assert answer["visitors"] == 2
    assert counts(answer["pages"]) == {"/prices": (2, 3), "/": (2, 2)}
    assert counts(answer["sources"]) == {"": (2, 2), "Google": (1, 3)}
    assert counts(answer["countries"]) == {"": (3, 5)}
    assert len(answer["minutes"]) == 30
    assert answer["minutes"][-1]["time"] == "2046-11-22T12:30:00Z"
    happened = {m["time"][11:16]: (m["visitors"], m["pageviews"]) for m in answer["minutes"] if m["visitors"]}
    assert happened == {"12:02": (1, 1), "12:10": (1, 1), "12:24": (1, 1), "12:26": (1, 1), "12:27": (1, 1)}


async def test_filters_choose_visits_as_in_other_reports(busy_site, ask):
    answer = await ask("source:is:Google")
    assert (answer["visitors"], counts(answer["pages"])) == (1, {"/prices": (1, 2), "/": (1, 1)})
    answer = await ask("page:is:/prices", "event:is:signup")
    assert (answer["visitors"], counts(answer["pages"])) == (1, {"/prices": (1, 1)})


async def test_time_passes(busy_site, ask, clock):
    clock.forward(timedelta(minutes=10))
    answer = await ask()
    assert answer["visitors"] == 0
    assert counts(answer["pages"]) == {"/prices": (2, 2), "/": (1, 1)}


async def test_a_site_on_which_nothing_happens_has_zeros(site, ask):
    answer = await ask()
    assert answer["visitors"] == 0
    assert [(minute["visitors"], minute["pageviews"]) for minute in answer["minutes"]] == [(0, 0)] * 30
    assert answer["pages"] == answer["sources"] == answer["countries"] == []
