"""Filters over HTTP: every operator on every dimension, against a recount in Python, and against intruders."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from yarl import URL

from services.api.reports.compose import VisitRange, breakdown, events_by_bucket, visits_by_bucket
from services.api.reports.filters import Filter, Operator
from services.api.reports.params import BreakdownPage, Sort, SortColumn
from services.api.reports.report_dimensions import DIMENSIONS, dimension_of
from tests.integration.api.recount import OPERATORS, Recount
from tests.integration.api.seeding import place_visitors, some_beacons, store

BEGIN, END = datetime(2046, 11, 20, tzinfo=UTC), datetime(2046, 11, 22, tzinfo=UTC)
SPAN = {"period": "custom", "from": "2046-11-20", "to": "2046-11-21"}
PROPERTIES = ("property.plan", "property.seats", "property.trial", "property.a:is:b")
FILTERABLE = (*(name for name, dimension in DIMENSIONS.items() if dimension.filterable), *PROPERTIES)
COUNTED = ("visitors", "visits", "pageviews", "events", "clicks", "entries")
RATES = ("bounce_rate", "visit_duration", "time_on_page", "scroll_depth")
INTRUDERS = (
    "'; drop table visits; --",
    "' or '1'='1",
    '" or ""="',
    "\\'; delete from events; --",
    "$1",
    "{value}",
    "%s",
    "%",
    "_",
    "*/ union select password_hash from users /*",
    "x') or pg_sleep(10) is null --",
    "😀'\r\n\t\x01",
)


@pytest.fixture
async def site(client, admin, pool):
    body = {"name": "shop", "url": "https://shop.example"}
    assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
    return await pool.fetchval("select id from sites where name = 'shop'")


@pytest.fixture
def ask(client, admin):
    async def get(report, filters=(), status=200, **query):
        written = [("filter", write(*wanted)) for wanted in filters]
        url = (URL("/api/v1/sites/shop/stats") / report).with_query([*(SPAN | query).items(), *written])
        answer = await client.get(url, headers=admin.headers)
        assert answer.status == status, (filters, await answer.text())
        return await answer.json()

    return get


@pytest.fixture
async def busy_site(site, api_settings, redis, clock, pool):
    await store(some_beacons(Random(11), site, BEGIN, END), api_settings, redis, clock)
    await place_visitors(pool)
    return await Recount.read(pool, site, BEGIN, END)


def write(dimension, operator, values):
    if dimension.startswith("property."):
        dimension = dimension.replace("\\", "\\\\").replace(":", "\\:")
    return f"{dimension}:{operator}:{values}"


def check(found, expected, what):
    shown = [name for name in COUNTED if found.get(name) is not None]
    assert [found[name] for name in shown] == [expected[name] for name in shown], what
    for name in RATES:
        if found[name] is not None:
            assert found[name] == pytest.approx(expected[name], abs=0.051), (name, what)


def some_filter(random, recount, dimensions=FILTERABLE):
    """Of a value that there is, or a piece of one."""
    dimension, operator = random.choice(dimensions), random.choice(OPERATORS)
    value = random.choice(sorted(recount.values(dimension)))
    if "contains" in operator:
        value = value[random.randint(0, len(value)) :][:3]
    if operator == "starts_with":
        value = value[: random.randint(0, len(value))]
    if random.random() < 0.3:
        value = f"{value}|{random.choice(sorted(recount.values(dimension)))}"
    return dimension, operator, value


async def test_every_operator_on_every_dimension_matches_recount(busy_site, ask):
    random = Random(1)
    kept = set()
    for dimension in FILTERABLE:
        for operator in OPERATORS:
            value = random.choice(sorted(busy_site.values(dimension)))
            wanted = (dimension, operator, value if operator.startswith("is") else value[:4])
            expected = busy_site.totals([wanted])
            check(await ask("summary", [wanted]), expected, wanted)
            kept.add(expected["visits"])
    assert len(kept) > 30, "the filters kept this and that"


async def test_several_filters_all_apply_in_every_report(busy_site, ask):
    random = Random(2)
    some = 0
    for _ in range(60):
        filters = [some_filter(random, busy_site) for _ in range(random.randint(1, 3))]
        dimension = random.choice((*FILTERABLE, "property", *PROPERTIES))
        summary = await ask("summary", filters)
        check(summary, busy_site.totals(filters), filters)
        answer = await ask(f"breakdown/{dimension}", filters, limit=1000)
        expected = busy_site.breakdown(dimension, filters)
        assert {row["value"] for row in answer["rows"]} == expected.keys(), (dimension, filters)
        assert answer["total"] == len(expected)
        for row in answer["rows"]:
            check(row, expected[row["value"]], (dimension, filters, row))
        points = (await ask("timeseries", filters, interval="hour"))["points"]
        for name in ("visits", "pageviews", "events"):
            assert sum(point[name] for point in points) == summary[name], filters
        some += summary["visits"] > 0
    assert some > 20


async def test_hours_of_filtered_timeseries_match_recount(busy_site, ask, pool, site):
    filters = [("page", "starts_with", "/pri"), ("browser", "is_not", "Safari")]
    points = (await ask("timeseries", filters, interval="hour"))["points"]
    assert len(points) == 48
    for point in points:
        begin = datetime.fromisoformat(point["time"])
        hour = await Recount.read(pool, site, begin, begin + timedelta(hours=1))
        check(point, hour.totals(filters), point["time"])


async def test_filter_and_its_opposite_partition_visits(busy_site, ask):
    everything = (await ask("summary"))["visits"]
    for dimension in FILTERABLE:
        value = sorted(busy_site.values(dimension))[-1]
        for operator, opposite in (("is", "is_not"), ("contains", "not_contains")):
            with_it = (await ask("summary", [(dimension, operator, value)]))["visits"]
            without = (await ask("summary", [(dimension, opposite, value)]))["visits"]
            assert with_it + without == everything > with_it


async def test_breakdown_row_equals_summary_filtered_by_its_value(busy_site, ask):
    for dimension in ("country", "os_version", "utm_campaign", "page"):
        for row in (await ask(f"breakdown/{dimension}"))["rows"]:
            summary = await ask("summary", [(dimension, "is", row["value"])])
            for name in ("visitors", "visits", "pageviews", "events", "bounce_rate", "visit_duration"):
                if row[name] is not None and (dimension != "page" or name != "bounce_rate"):
                    assert summary[name] == row[name], (dimension, row)


async def test_injected_text_is_only_a_value(busy_site, ask, pool):
    for text in INTRUDERS:
        for dimension in (*FILTERABLE, f"property.{text}"):
            filters = [(dimension, operator, text) for operator in OPERATORS[:2]]
            for chosen in ([filters[0]], [filters[1]], filters, [(dimension, "starts_with", text)]):
                check(await ask("summary", chosen), busy_site.totals(chosen), chosen)
        for report in ("timeseries", "breakdown/country", "breakdown/page"):
            await ask(report, [("page", "not_contains", text), (f"property.{text}", "contains", text)])
        assert (await ask("breakdown/property", property_key=text))["total"] == 0
        for dimension in ("page", "country", "property"):
            found = await ask(f"breakdown/{dimension}", search=text)
            values = busy_site.breakdown(dimension)
            assert {row["value"] for row in found["rows"]} == {v for v in values if text.lower() in v.lower()}
    assert await pool.fetchval("select count(*) from visits where bot_reason = ''") == len(busy_site.visits)


@pytest.mark.parametrize("text", [*INTRUDERS, "visitors; drop table visits", "visitors desc", "(select 1)", "1"])
async def test_injected_text_is_no_order_dimension_operator_or_number(site, ask, text):
    for name in ("sort", "limit", "page", "period", "from"):
        if not (name == "page" and text == "1") and not (name == "limit" and text == "1"):
            assert (await ask("breakdown/country", status=400, **{name: text}))["field"].startswith(name)
    assert (await ask("timeseries", status=400, interval=text))["field"] == "interval"
    for wanted in ((text, "is", "x"), ("country", text, "x"), (f"country{text}", "is", "x")):
        assert (await ask("summary", [wanted], status=400))["field"] == "filter.0"
    await ask(f"breakdown/country{text}", status=404)


async def test_error_names_invalid_filter(site, ask):
    answer = await ask("summary", [("country", "is", "NZ"), ("planet", "is", "red")], status=400)
    assert answer["field"] == "filter.1"
    assert "unknown dimension" in answer["detail"]


async def test_number_of_filters_is_limited(site, ask):
    await ask("summary", [("page", "is_not", f"/{number}") for number in range(20)])
    answer = await ask("summary", [("page", "is_not", f"/{number}") for number in range(21)], status=400)
    assert answer["field"] == "filter"


async def test_every_composed_query_prepares_against_schema(pool):
    span, rows = VisitRange(1, BEGIN, END, range(4)), BreakdownPage("", Sort(), 10, 0)
    dimensions = [*DIMENSIONS.values(), dimension_of("property.plan")]
    questions = [
        *(breakdown(span, dimension, rows, ()) for dimension in dimensions),
        *(
            breakdown(span, dimension_of(name), BreakdownPage("", Sort(column, descending), 10, 0), ())
            for name in ("page", "country")
            for column in SortColumn
            for descending in (True, False)
        ),
    ]
    for dimension in dimensions:
        for operator in Operator:
            if dimension.filterable:
                wanted = [Filter(dimension, operator, ("x", "y"))]
                questions.append(visits_by_bucket(span, [BEGIN], wanted))
                questions.append(events_by_bucket(span, [BEGIN], wanted))
                questions += [breakdown(span, dimension_of(name), rows, wanted) for name in ("page", "country")]
    async with pool.acquire() as connection:
        for text in {question.text for question in questions}:
            await connection.prepare(text)
