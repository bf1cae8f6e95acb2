"""Goals, funnels, retention and paths over HTTP, compared with a recount in Python."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from yarl import URL

from common.beacon import Kind
from tests.integration.api.recount import Recount
from tests.integration.api.seeding import PAGES, place_visitors, some_beacons, store
from tests.integration.api.ways import Ways
from tests.support.beacons import MINUTE, beacon_maker

BEGIN, END = datetime(2046, 11, 20, tzinfo=UTC), datetime(2046, 11, 22, tzinfo=UTC)
SPAN = {"period": "custom", "from": "2046-11-20", "to": "2046-11-21"}
GOALS = {
    "home": {"page": "/"},
    "prices": {"page": "/prices*"},
    "any": {"page": "*"},
    "percent": {"page": "/100%_*"},
    "end in e": {"page": "*e"},
    "signup": {"event": "signup"},
    "pro": {"event": "buy", "properties": {"plan": "pro", "seats": "3"}},
    "trial": {"event": "buy", "properties": {"trial": "true"}},
    "pro view": {"page": "/*", "properties": {"plan": "pro"}},
    "never": {"event": "nothing"},
    "no * in events": {"event": "*"},
}
FILTERS = ([], [("country", "is", "NZ")], [("page", "starts_with", "/pri"), ("browser", "is_not", "Safari")])


def percent(part, whole):
    return round(100 * part / whole, 1) if whole else 0


@pytest.fixture
async def site(client, admin, pool):
    body = {"name": "shop", "url": "https://shop.example"}
    assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
    return await pool.fetchval("select id from sites where name = 'shop'")


@pytest.fixture
def ask(client, admin):
    async def get(report, filters=(), status=200, **query):
        written = [("filter", ":".join(wanted)) for wanted in filters]
        url = (URL("/api/v1/sites/shop/stats") / report).with_query([*(SPAN | query).items(), *written])
        answer = await client.get(url, headers=admin.headers)
        assert answer.status == status, (filters, await answer.text())
        return await answer.json()

    return get


@pytest.fixture
def make(client, admin):
    async def post(what, **body):
        answer = await client.post(f"/api/v1/sites/shop/{what}", json=body, headers=admin.headers)
        assert answer.status == 201, await answer.text()
        return (await answer.json())["id"]

    return post


@pytest.fixture
async def busy_site(site, api_settings, redis, clock, pool, make):
    await store(some_beacons(Random(5), site, BEGIN, END, visits=220), api_settings, redis, clock)
    await place_visitors(pool)
    for name, goal in GOALS.items():
        await make("goals", name=name, **goal)
    return await Recount.read(pool, site, BEGIN, END)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
async def test_goal_visitors_and_conversions_match_recount(busy_site, ask, filters):
    answer = await ask("goals", filters)
    expected = Ways.of(busy_site, filters)
    assert answer["visitors"] == expected.visitors == (await ask("summary", filters))["visitors"] > 5
    assert [row["name"] for row in answer["goals"]] == sorted(GOALS)
    for row in answer["goals"]:
        visitors, conversions = expected.goal(GOALS[row["name"]])
        assert (row["visitors"], row["conversions"]) == (visitors, conversions), row
        assert row["conversion_rate"] == percent(visitors, expected.visitors)
    assert sum(row["visitors"] > 0 for row in answer["goals"]) > 6
    assert answer["accuracy"] == {"source": "raw", "exact": True, "visitors_error": None, "sampled": None}


async def test_event_goal_matches_event_breakdown(busy_site, ask):
    goal = next(row for row in (await ask("goals"))["goals"] if row["name"] == "signup")
    row = next(row for row in (await ask("breakdown/event"))["rows"] if row["value"] == "signup")
    assert (goal["visitors"], goal["conversions"]) == (row["visitors"], row["events"])


async def test_site_without_goals_reports_visitors(site, ask):
    answer = await ask("goals")
    assert (answer["visitors"], answer["goals"]) == (0, [])


@pytest.mark.parametrize("within", ["period", "visit"])
async def test_funnel_matches_recount(busy_site, ask, make, within):
    random = Random(3)
    for number in range(12):
        names = [random.choice(["home", "prices", "any", "signup", "end in e"]) for _ in range(random.randint(2, 8))]
        steps = [{"goal": name} if random.random() < 0.5 else GOALS[name] for name in names]
        funnel = await make("funnels", name=f"funnel {number}", within=within, steps=steps)
        for filters in FILTERS[:2]:
            answer = await ask(f"funnels/{funnel}", filters)
            expected = Ways.of(busy_site, filters)
            reached = expected.funnel([GOALS[name] for name in names], within)
            assert [step["visitors"] for step in answer["steps"]] == reached, names
            before = [expected.visitors, *reached]
            assert [step["dropped"] for step in answer["steps"]] == [
                b - r for b, r in zip(before, reached, strict=False)
            ]
            assert [step["rate_of_previous"] for step in answer["steps"]] == [
                percent(r, b) for b, r in zip(before, reached, strict=False)
            ]
            assert [step["rate_of_first"] for step in answer["steps"]] == [percent(r, reached[0]) for r in reached]
            assert answer["conversion_rate"] == percent(reached[-1], reached[0])
            assert answer["visitors"] == expected.visitors


async def test_funnel_steps_need_separate_events_in_order(site, ask, make, api_settings, redis, clock):
    make_beacon, noon = beacon_maker(), int((BEGIN + timedelta(hours=12)).timestamp() * 1000)
    views = [("anna", "/a", 0), ("anna", "/b", 1), ("bert", "/b", 0), ("bert", "/a", 1), ("cleo", "/a", 0)]
    views += [("cleo", "/b", 180)]  # In another visit.
    beacons = [make_beacon(noon + m * MINUTE, who, path=path, site_id=site) for who, path, m in views]
    await store(beacons, api_settings, redis, clock)
    for within, steps, reached in (
        ("period", ["/a", "/b"], [3, 2]),
        ("visit", ["/a", "/b"], [3, 1]),
        ("period", ["/a", "/a"], [3, 0]),
        ("visit", ["*", "*", "*"], [3, 2, 0]),
    ):
        pages = [{"page": page} for page in steps]
        funnel = await make("funnels", name=f"{within} {steps}", within=within, steps=pages)
        assert [step["visitors"] for step in (await ask(f"funnels/{funnel}"))["steps"]] == reached


async def test_goal_filter_selects_visits_that_reached_it(busy_site, ask):
    for names, operator in (
        (["signup"], "is"),
        (["signup"], "is_not"),
        (["percent", "pro"], "is"),
        (["percent", "pro"], "is_not"),
    ):
        wanted = ("goal", operator, "|".join(names))
        expected = Ways.through(busy_site, [GOALS[name] for name in names], negative=operator == "is_not").totals
        summary = await ask("summary", [wanted])
        for name in ("visitors", "visits", "pageviews", "events"):
            assert summary[name] == expected[name], wanted
        rows = (await ask("breakdown/country", [wanted]))["rows"]
        assert sum(row["visits"] for row in rows) == expected["visits"]
        points = (await ask("timeseries", [wanted]))["points"]
        assert sum(point["visits"] for point in points) == expected["visits"]
        assert (await ask("goals", [wanted]))["visitors"] == expected["visitors"]


async def test_filter_for_unknown_goal_is_rejected(busy_site, ask):
    for report in ("summary", "timeseries", "breakdown/page", "goals", "paths"):
        answer = await ask(report, [("country", "is", "NZ"), ("goal", "is", "signup|sign-up")], status=400)
        assert answer["field"] == "filter.1"
    assert (await ask("summary", [("goal", "contains", "sign")], status=400))["field"] == "filter.0"
    await ask("breakdown/goal", status=404)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
async def test_paths_are_first_pages_of_visits(busy_site, ask, filters):
    for steps in (1, 2, 4):
        answer = await ask("paths", filters, steps=steps, limit=500)
        expected = Ways.of(busy_site, filters).paths(steps)
        found = {tuple(path["pages"]): (path["visits"], path["exits"]) for path in answer["paths"]}
        assert found == expected
        assert answer["total"] == len(expected)
        assert answer["visits"] == sum(visits for visits, _ in expected.values()) > 10
        frequencies = [path["visits"] for path in answer["paths"]]
        assert frequencies == sorted(frequencies, reverse=True)
    some = await ask("paths", filters, limit=3)
    assert len(some["paths"]) == 3
    assert some["total"] > 3


async def test_adjacent_pages_match_recount(busy_site, ask):
    for page in PAGES[:5]:
        answer = await ask("paths", page=page, limit=100)
        before, after = Ways.of(busy_site).neighbors(page)
        assert {each["page"]: each["views"] for each in answer["previous"]} == before
        assert {each["page"]: each["views"] for each in answer["next"]} == after


@pytest.mark.parametrize("zone", ["UTC", "America/St_Johns"])
@pytest.mark.parametrize("interval", ["day", "week"])
async def test_retention_matches_recount(site, ask, pool, client, admin, api_settings, redis, clock, zone, interval):
    await client.patch("/api/v1/sites/shop", json={"timezone": zone}, headers=admin.headers)
    local, random, make_beacon = ZoneInfo(zone), Random(8), beacon_maker()
    first_day = datetime(2046, 10, 26 if interval == "day" else 1, tzinfo=local)  # Clocks go back in this time.
    beacons = []
    for number in range(400):
        start = first_day - timedelta(days=3) + timedelta(days=33 * random.random())
        user_agent = {"user_agent": "Googlebot/2.1"} if number % 40 == 0 else {}
        who = f"visitor {number % 90}" if not user_agent else f"bot {number}"
        beacons.append(make_beacon(int(start.timestamp() * 1000), who, site_id=site, **user_agent))
    await store(beacons, api_settings, redis, clock)
    last_day = first_day.date() + timedelta(days=15 if interval == "day" else 25)
    days = {"from": first_day.date().isoformat(), "to": last_day.isoformat()}
    answer = await ask("cohort-retention", interval=interval, **days)
    begins = first_day.date() - timedelta(days=first_day.weekday() if interval == "week" else 0)
    length = 7 if interval == "week" else 1
    begin = datetime(begins.year, begins.month, begins.day, tzinfo=local)
    end = datetime(last_day.year, last_day.month, last_day.day, tzinfo=local) + timedelta(days=1)
    recount = await Recount.read(pool, site, begin, end)
    first_visits = {
        row["visitor_id"]: row["first_visit"]
        for row in await pool.fetch("select visitor_id, first_visit from visitors where site_id = $1", site)
    }
    expected = Ways.of(recount).retention(
        first_visits,
        lambda moment: (moment.astimezone(local).date() - begins).days // length,
        len(answer["cohorts"]),
    )
    found = [(cohort["size"], cohort["returned"]) for cohort in answer["cohorts"]]
    assert found == expected
    assert [c["percent"] for c in answer["cohorts"]] == [
        [percent(n, size) for n in numbers] for size, numbers in expected
    ]
    assert answer["cohorts"][0]["first_day"] == answer["from"] == begins.isoformat()
    assert sum(size for size, _ in expected) > 20
    assert any(numbers[1] for _, numbers in expected if len(numbers) > 1)
    assert all(numbers[0] == size for size, numbers in expected)


async def test_retention_of_too_many_days_is_rejected(site, ask):
    answer = await ask("cohort-retention", interval="day", period="custom", to="2047-11-21", status=400)
    assert answer["field"] == "interval"
    await ask("cohort-retention", interval="week", period="custom", to="2047-11-21")


async def test_future_intervals_are_not_cohorts(site, ask, clock):
    answer = await ask("cohort-retention", interval="day", to="2046-12-31")
    assert [cohort["first_day"] for cohort in answer["cohorts"]] == ["2046-11-20", "2046-11-21", "2046-11-22"]
    assert [len(cohort["returned"]) for cohort in answer["cohorts"]] == [3, 2, 1]


async def test_clicks_and_leaves_reach_no_goal(site, ask, make, api_settings, redis, clock):
    make_beacon, noon = beacon_maker(), int((BEGIN + timedelta(hours=12)).timestamp() * 1000)
    what = [{"path": "/a"}, {"kind": Kind.CLICK, "name": "buy", "path": "/b"}, {"kind": Kind.LEAVE, "path": "/b"}]
    await store([make_beacon(noon, site_id=site, **each) for each in what], api_settings, redis, clock)
    await make("goals", name="click", event="buy")
    await make("goals", name="page", page="/b")
    assert [(row["visitors"], row["conversions"]) for row in (await ask("goals"))["goals"]] == [(0, 0), (0, 0)]


@pytest.mark.parametrize("dimension", ["country", "page", "event", "browser_version", "property.plan"])
async def test_breakdown_has_conversion_rate_of_goal_per_value(busy_site, ask, dimension):
    some = set()
    for name in ("signup", "prices", "never"):
        for filters in FILTERS[:2]:
            all_visitors = busy_site.breakdown(dimension, filters)
            through = Ways.through(busy_site, [GOALS[name]]).chosen
            rows = (await ask(f"breakdown/{dimension}", filters, goal=name))["rows"]
            assert rows
            for row in rows:
                names = Ways.of(busy_site, [*filters, (dimension, "is", row["value"])]).chosen & through
                converted = {visitor for visitor, start in names if BEGIN <= start < END}
                rate = percent(len(converted), all_visitors[row["value"]]["visitors"])
                assert row["conversion_rate"] == rate, (name, row)
                some.add(rate)
    assert len(some) > 2
    assert (await ask(f"breakdown/{dimension}"))["rows"][0]["conversion_rate"] is None
    assert (await ask(f"breakdown/{dimension}", goal="sign-up", status=400))["field"] == "goal"


async def test_large_site_is_counted_from_a_sample(busy_site, ask, make, pool, site):
    funnel = await make("funnels", name="f", steps=[{"goal": "any"}, {"goal": "prices"}])
    await set_visits_of_day(pool, site, visits=1_000_000)
    whole = busy_site
    some = {name: visit for name, visit in whole.visits.items() if visit["shard"] == 0}
    events = [event for event in whole.events if event["shard"] == 0]
    quarter = Ways.of(Recount(some, events, BEGIN, END))
    answer = await ask("goals")
    assert answer["visitors"] == 4 * quarter.visitors > 0
    accuracy = answer["accuracy"]
    assert (accuracy["source"], accuracy["exact"], accuracy["sampled"]) == ("sample", False, 0.25)
    assert accuracy["visitors_error"] == pytest.approx((3 / answer["visitors"]) ** 0.5)
    for row in answer["goals"]:
        visitors, conversions = quarter.goal(GOALS[row["name"]])
        assert (row["visitors"], row["conversions"]) == (4 * visitors, 4 * conversions)
        assert row["conversion_rate"] == percent(visitors, quarter.visitors)
    reached = quarter.funnel([GOALS["any"], GOALS["prices"]], "period")
    assert [step["visitors"] for step in (await ask(f"funnels/{funnel}"))["steps"]] == [4 * each for each in reached]
    paths = {tuple(path["pages"]): path["visits"] for path in (await ask("paths", limit=500))["paths"]}
    assert paths == {pages: 4 * visits for pages, (visits, _) in quarter.paths(4).items()}
    retention = await ask("cohort-retention", interval="day")
    assert retention["accuracy"]["sampled"] == 0.25
    assert sum(cohort["size"] for cohort in retention["cohorts"]) % 4 == 0


async def set_visits_of_day(pool, site, visits):
    """Set them in the rollups, from which the API estimates how many rows a query would read."""
    numbers = "bounces, duration_ms, pageviews, events, clicks, engaged_ms, leaves, scroll"
    await pool.execute("delete from rollups where site_id = $1", site)
    await pool.execute(
        f"insert into rollups (site_id, bucket, dimension, grain, uniques, visits, {numbers}, value) "
        "values ($1, $2, 0, 1, 1, $3, 0, 0, 0, 0, 0, 0, 0, 0, '')",
        site,
        BEGIN.date(),
        visits,
    )
