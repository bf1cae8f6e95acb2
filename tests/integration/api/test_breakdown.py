"""Numbers by value: a site that the real worker stored, against a recount of it in Python."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from random import Random

import pytest
from yarl import URL

from common.beacon import Kind
from services.api.reports.params import SortColumn
from services.api.reports.report_dimensions import DIMENSIONS
from tests.integration.api.recount import Recount
from tests.integration.api.seeding import place_visitors, some_beacons, store
from tests.support.beacons import beacon_maker

BEGIN, END = datetime(2046, 11, 20, tzinfo=UTC), datetime(2046, 11, 22, tzinfo=UTC)
SPAN = {"period": "custom", "from": "2046-11-20", "to": "2046-11-21"}
ALL_DIMENSIONS = (*DIMENSIONS, "property.plan", "property.seats", "property.trial", "property.a:is:b", "property.none")
COUNTED = ("visitors", "visits", "pageviews", "events", "clicks", "entries")
RATES = ("bounce_rate", "visit_duration", "time_on_page", "scroll_depth")


@pytest.fixture
async def site(client, admin, pool):
    body = {"name": "shop", "url": "https://shop.example"}
    assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
    return await pool.fetchval("select id from sites where name = 'shop'")


@pytest.fixture
def ask(client, admin):
    async def get(dimension, status=200, **query):
        url = URL("/api/v1/sites/shop/stats/breakdown") / dimension
        answer = await client.get(url, params=SPAN | query, headers=admin.headers)
        assert answer.status == status, await answer.text()
        return await answer.json()

    return get


@pytest.fixture
async def busy_site(site, api_settings, redis, clock, pool):
    beacons = some_beacons(Random(7), site, BEGIN, END)
    for half in (beacons[::2], beacons[1::2]):  # so that half of them come late
        await store(half, api_settings, redis, clock)
    await place_visitors(pool)
    return await Recount.read(pool, site, BEGIN, END)


async def test_every_dimension_matches_recount(busy_site, ask):
    for dimension in ALL_DIMENSIONS:
        answer = await ask(dimension, limit=1000)
        expected = busy_site.breakdown(dimension)
        assert {row["value"] for row in answer["rows"]} == expected.keys(), dimension
        assert answer["total"] == len(expected)
        assert answer["dimension"] == dimension
        for row in answer["rows"]:
            counts = expected[row["value"]]
            shown = [name for name in COUNTED if row[name] is not None]
            assert "visitors" in shown
            assert [row[name] for name in shown] == [counts[name] for name in shown], (dimension, row)
            for name in RATES:
                if row[name] is not None:
                    assert row[name] == pytest.approx(counts[name], abs=0.051), (dimension, row)
    assert all(busy_site.breakdown(dimension) for dimension in ALL_DIMENSIONS[:-1]), "each was seeded"


async def test_rows_of_visit_dimensions_add_up_to_summary(busy_site, ask, client, admin):
    summary = await (await client.get("/api/v1/sites/shop/stats/summary", params=SPAN, headers=admin.headers)).json()
    for dimension in ("country", "browser_version", "entry", "channel", "utm_source"):
        rows = (await ask(dimension, limit=1000))["rows"]
        for name in ("visits", "pageviews", "events"):
            assert sum(row[name] for row in rows) == summary[name] > 0
    assert sum(row["pageviews"] for row in (await ask("page", limit=1000))["rows"]) == summary["pageviews"]
    assert sum(row["events"] for row in (await ask("event", limit=1000))["rows"]) == summary["events"]


async def test_breakdown_row_follows_metric_definitions(site, api_settings, redis, clock, ask):
    make = beacon_maker()
    at = int(BEGIN.timestamp() * 1000)
    second, hour = 1_000, 3_600_000
    beacons = [
        make(at, "anna", path="/", site_id=site),
        make(at + 10 * second, "anna", path="/prices", site_id=site),
        make(at + 30 * second, "anna", Kind.EVENT, "/prices", name="signup", props={"plan": "pro"}, site_id=site),
        make(at + 40 * second, "anna", Kind.CLICK, "/prices", name="https://x.example/", site_id=site),
        make(at + 60 * second, "anna", Kind.LEAVE, "/prices", engaged_ms=20_000, scroll=70, site_id=site),
        make(at + hour, "anna", path="/prices", site_id=site),  # another visit, a bounce
        make(at, "bert", path="/prices", site_id=site),  # a bounce
    ]
    await store(beacons, api_settings, redis, clock)
    rows = {row["value"]: row for row in (await ask("page"))["rows"]}
    assert {name: value for name, value in rows["/prices"].items() if value is not None} == {
        "value": "/prices",
        "visitors": 2,
        "pageviews": 3,
        "events": 1,
        "clicks": 1,
        "entries": 2,
        "bounce_rate": 100.0,
        "time_on_page": 6.7,
        "scroll_depth": 70.0,
    }
    assert (rows["/"]["entries"], rows["/"]["pageviews"], rows["/"]["events"]) == (1, 1, 0)
    [event] = (await ask("event"))["rows"]
    assert (event["value"], event["visitors"], event["pageviews"], event["events"]) == ("signup", 1, None, 1)
    [link] = (await ask("link"))["rows"]
    assert (link["value"], link["visitors"], link["clicks"]) == ("https://x.example/", 1, 1)
    [key] = (await ask("property"))["rows"]
    [plan] = (await ask("property.plan"))["rows"]
    assert (key["value"], plan["value"], plan["events"]) == ("plan", "pro", 1)
    [browser] = (await ask("browser_version"))["rows"]
    assert (browser["value"], browser["visitors"], browser["visits"]) == ("Chrome 130", 2, 3)


async def test_pages_contain_every_row_once_in_any_order(busy_site, ask):
    for column, sign in product(SortColumn, ("", "-")):
        sort = f"{sign}{column}"
        everything = (await ask("page", sort=sort))["rows"]
        pages = [(await ask("page", sort=sort, limit=4, page=page)) for page in (1, 2, 3, 4)]
        assert [row for page in pages for row in page["rows"]] == everything
        assert {page["total"] for page in pages} == {len(everything)}
        assert pages[-1]["rows"] == []
        values = [row[column] for row in everything]
        if None in values:
            continue
        assert values == sorted(values, reverse=sort.startswith("-"))
        for before, after in pairwise(everything):
            if before[column] == after[column] and column not in RATES:
                assert before["value"] < after["value"]


async def test_default_order_is_by_visitors_descending(busy_site, ask):
    assert (await ask("page"))["rows"] == (await ask("page", sort="-visitors"))["rows"]


async def test_total_can_be_omitted(busy_site, ask):
    whole, part = await ask("page", limit=3), await ask("page", limit=3, total="false")
    assert part["total"] is None
    assert part["rows"] == whole["rows"]


async def test_search_ignores_case_and_counts_matches(busy_site, ask):
    found = await ask("page", search="PRIC")
    assert {row["value"] for row in found["rows"]} == {"/prices", "/prices/team", "/Prices"}
    assert found["total"] == 3
    whole = {row["value"]: row for row in (await ask("page"))["rows"]}
    assert all(row == whole[row["value"]] for row in found["rows"])
    assert {row["value"] for row in (await ask("browser", search="fire"))["rows"]} == {"Firefox"}
    nothing = await ask("browser", search="no such browser")
    assert (nothing["rows"], nothing["total"]) == ([], 0)


async def test_search_matches_pattern_characters_literally(busy_site, ask):
    assert [row["value"] for row in (await ask("page", search="%_"))["rows"]] == ["/100%_sure"]
    assert (await ask("page", search="\\"))["total"] == 0


async def test_site_without_visits_has_no_rows(site, ask):
    for dimension in ALL_DIMENSIONS:
        answer = await ask(dimension)
        assert (answer["rows"], answer["total"], answer["page"], answer["limit"]) == ([], 0, 1, 100)


@pytest.mark.parametrize("name", ["visitor_id", "v.country", "country;", "Country", "property.", "*"])
async def test_unknown_dimension_is_not_found(site, client, admin, name):
    url = f"/api/v1/sites/shop/stats/breakdown/{name}"
    answer = await client.get(url, headers=admin.headers)
    assert answer.status == 404
    assert (await answer.json())["type"].endswith("unknown-dimension")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "all"}, "limit"),
        ({"page": "0"}, "page"),
        ({"page": "99999999999999999999"}, "page"),
        ({"sort": "visitor_id"}, "sort"),
        ({"sort": "--visitors"}, "sort"),
        ({"sort": ""}, "sort"),
        ({"search": "\0"}, "search"),
        ({"search": "a" * 501}, "search"),
    ],
)
async def test_invalid_parameter_is_named(site, ask, query, field):
    assert (await ask("page", status=400, **query))["field"] == field


async def test_last_possible_page_is_empty(busy_site, ask):
    answer = await ask("page", page=1_000_000, limit=1_000)
    assert answer["rows"] == []
    assert answer["total"] == len(busy_site.breakdown("page"))


async def test_breakdown_of_other_users_site_is_not_found(busy_site, client, reader):
    answer = await client.get("/api/v1/sites/shop/stats/breakdown/page", headers=reader.headers)
    assert answer.status == 404
    assert (await answer.json())["type"].endswith("site-not-found")


async def test_rows_exclude_bots(site, api_settings, redis, clock, ask):
    make = beacon_maker()
    at = int((BEGIN + timedelta(hours=1)).timestamp() * 1000)
    crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    await store(
        [make(at, "anna", path="/people", site_id=site), make(at, "b", path="/bots", user_agent=crawler, site_id=site)],
        api_settings,
        redis,
        clock,
    )
    for dimension in ("page", "entry"):
        assert [row["value"] for row in (await ask(dimension))["rows"]] == ["/people"]
