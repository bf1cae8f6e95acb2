"""All sites at a glance."""

from datetime import date, timedelta

import pytest

from tests.integration.api.people import make_site_admin
from tests.integration.api.seeding import store
from tests.support.beacons import beacon_maker


@pytest.fixture
def new_site(client, admin, pool):
    async def make(name, timezone="UTC"):
        body = {"name": name, "url": f"https://{name}.example", "timezone": timezone}
        assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
        return await pool.fetchval("select id from sites where name = $1", name)

    return make


@pytest.fixture
def ask(client, admin):
    async def get(headers=None, **query):
        answer = await client.get("/api/v1/overview", params=query, headers=headers or admin.headers)
        return answer, await answer.json()

    return get


async def test_overview_uses_time_zone_of_each_site(new_site, ask, client, admin, pool, redis, api_settings, clock):
    shop, news = await new_site("shop"), await new_site("news", "Pacific/Auckland")
    await new_site("quiet")
    make = beacon_maker()

    def at(**ago):
        return int((clock.now - timedelta(**ago)).timestamp() * 1000)

    beacons = [
        *(make(at(minutes=1), who=who, site_id=shop) for who in ("anna", "ben")),
        make(at(days=2), who="anna", site_id=shop),
        *(make(at(days=9), who=who, site_id=shop) for who in ("anna", "ben", "cleo", "dana")),
        # 23:59 of the 22nd in Auckland, where it is the 23rd now.
        make(at(hours=1, minutes=31), who="anna", site_id=news),
    ]
    await store(beacons, api_settings, redis, clock)
    _, found = await ask(period="7d")
    sites = {each["site"]: each for each in found["sites"]}
    assert list(sites) == ["news", "quiet", "shop"]
    here = sites["shop"]
    assert (here["from"], here["to"]) == ("2046-11-16", "2046-11-22")
    assert (here["visitors"], here["visits"], here["pageviews"]) == (2, 3, 3)
    assert here["before"] == {"visitors": 4, "visits": 4, "pageviews": 4}
    assert (here["change"], here["current_visitors"]) == (-50.0, 2)
    assert here["sparkline"] == [0, 0, 0, 0, 1, 0, 2]
    assert (sites["news"]["to"], sites["news"]["sparkline"]) == ("2046-11-23", [0, 0, 0, 0, 0, 1, 0])
    assert (sites["quiet"]["visitors"], sites["quiet"]["change"]) == (0, None)
    await pool.execute("insert into stale_days values (0, $1, $2, false, now())", shop, date(2046, 11, 20))
    assert (await ask(period="7d"))[1]["sites"] == found["sites"], "stale days are read from raw rows"
    for each in found["sites"]:
        url = f"/api/v1/sites/{each['site']}/stats/summary"
        summary = await (await client.get(url, params={"period": "7d"}, headers=admin.headers)).json()
        assert {
            name: each[name] for name in ("visitors", "visits", "pageviews", "from", "to")
        }.items() <= summary.items()


async def test_overview_excludes_sites_of_others(new_site, ask, pool, reader):
    await new_site("shop")
    await new_site("news")
    assert (await ask(reader.headers))[1]["sites"] == []
    await make_site_admin(pool, reader, "news")
    assert [each["site"] for each in (await ask(reader.headers))[1]["sites"]] == ["news"]


async def test_period_all_has_no_previous_period(ask):
    answer, problem = await ask(period="all")
    assert (answer.status, problem["field"]) == (400, "period")
