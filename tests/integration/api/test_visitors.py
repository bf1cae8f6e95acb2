"""The visitor pages, which only administrators can read."""

import uuid
from datetime import datetime

import pytest

from common.beacon import Kind
from common.clock import utc
from common.identity import cookie_visitor_id
from common.salts import SaltStore
from tests.integration.api.people import make_site_admin
from tests.integration.api.stored import storing
from tests.support.beacons import CHROME, MINUTE, NOON, beacon_maker, visitor

HOUR = 60 * MINUTE
DAY = 24 * HOUR
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
ROBOT = "Googlebot/2.1 (+http://www.google.com/bot.html)"
COOKIE = "0123456789abcdef0123456789abcdef"


def id_of(name):
    return str(uuid.UUID(bytes=visitor(name)))


@pytest.fixture
async def site_id(client, admin, pool):
    body = {"name": "shop", "url": "https://shop.example", "timezone": "Pacific/Auckland"}
    assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
    return await pool.fetchval("select id from sites where name = 'shop'")


@pytest.fixture
async def store(settings, redis, clock):
    async with storing(settings, redis, clock) as stored:
        yield stored


@pytest.fixture
async def make(site_id):
    make = beacon_maker()
    return lambda *args, **more: make(*args, **({"site_id": site_id} | more))


@pytest.fixture
async def three(store, make):
    """anna, twice; ben, an hour before her second visit; a robot, last."""
    await store(
        [
            make(NOON - DAY, who="anna", path="/first"),
            make(NOON - HOUR, who="ben", user_agent=FIREFOX),
            make(NOON, who="anna", path="/in"),
            make(NOON + MINUTE, who="anna", kind=Kind.EVENT, path="/in", name="signup", props={"plan": "pro"}),
            make(NOON + 2 * MINUTE, who="anna", kind=Kind.LEAVE, path="/in", engaged_ms=42_000, scroll=80),
            make(NOON + 3 * MINUTE, who="robot", user_agent=ROBOT),
        ]
    )


@pytest.fixture
def get(client, admin):
    async def ask(path, status=200, **query):
        answer = await client.get(f"/api/v1/sites/shop/{path}", params=query, headers=admin.headers)
        assert answer.status == status, await answer.text()
        return await answer.json()

    return ask


def ids(answer):
    return [row["id"] for row in answer["visitors"]]


async def test_visitors_are_listed_by_latest_visit(get, three):
    answer = await get("visitors")
    assert ids(answer) == [id_of("anna"), id_of("ben")]
    assert answer["next"] is None
    anna = answer["visitors"][0]
    assert (anna["browser"], anna["os"], anna["device"], anna["label"]) == ("Chrome", "Linux", "Desktop", "")
    assert datetime.fromisoformat(anna["seen_at"]) == utc(NOON)
    assert datetime.fromisoformat(anna["first_visit"]) == utc(NOON - DAY)
    assert datetime.fromisoformat(anna["last_visit"]) == utc(NOON)


async def test_bots_are_listed_on_request(get, three):
    assert ids(await get("visitors", bot="only")) == [id_of("robot")]
    assert ids(await get("visitors", bot="any")) == [id_of("robot"), id_of("anna"), id_of("ben")]


async def test_visitors_are_found_by_browser_and_country(get, three, pool):
    await pool.execute("update visits set country = 'NZ' where started_at = $1", utc(NOON - DAY))
    assert ids(await get("visitors", browser="Firefox")) == [id_of("ben")]
    assert ids(await get("visitors", browser="Safari")) == []
    found = (await get("visitors", country="NZ"))["visitors"]
    assert [(row["id"], datetime.fromisoformat(row["seen_at"])) for row in found] == [(id_of("anna"), utc(NOON - DAY))]


async def test_days_follow_time_zone_of_site(get, three):
    # Noon of 22 November, UTC, is an hour past midnight of the 23rd in Auckland.
    assert ids(await get("visitors", **{"from": "2026-11-23"})) == [id_of("anna"), id_of("ben")]
    assert ids(await get("visitors", to="2026-11-22")) == [id_of("anna")]
    assert ids(await get("visitors", **{"from": "2026-11-22", "to": "2026-11-22"})) == [id_of("anna")]
    assert ids(await get("visitors", **{"from": "2026-11-24"})) == []
    wrong = await get("visitors", status=400, **{"from": "2026-11-24", "to": "2026-11-22"})
    assert wrong["field"] == "to"


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
@pytest.mark.parametrize("what", ["visitors", "visits"])
async def test_pages_list_each_visit_once_with_equal_start_times(get, store, make, what, limit):
    await store(make(NOON + n % 3 * DAY, who=f"visitor {n}") for n in range(14))
    seen, query = [], {"limit": str(limit)}
    while True:
        answer = await get(what, **query)
        seen += [(row.get("seen_at") or row["started_at"], row.get("id") or row["visitor"]) for row in answer[what]]
        if answer["next"] is None:
            break
        assert len(answer[what]) == limit
        query["after"] = answer["next"]
    assert len(seen) == 14
    assert seen == sorted(set(seen), reverse=True)


@pytest.mark.parametrize("after", ["x", "1-2", f"-1-{'0' * 32}", f"{'9' * 16}-{'g' * 32}"])
async def test_unknown_cursor_is_rejected(get, three, after):
    assert (await get("visitors", status=400, after=after))["field"] == "after"


async def test_visits_are_listed_newest_first(get, three):
    visits = (await get("visits"))["visits"]
    assert [(visit["visitor"], visit["entry_page"]) for visit in visits] == [
        (id_of("anna"), "/in"),
        (id_of("ben"), "/"),
        (id_of("anna"), "/first"),
    ]
    assert len((await get("visits", bot="any"))["visits"]) == 4


async def test_visitor_has_visits_and_events(get, three):
    anna = await get(f"visitors/{id_of('anna')}")
    assert [visit["entry_page"] for visit in anna["visits"]] == ["/in", "/first"]
    visit = anna["visits"][0]
    assert (visit["pageviews"], visit["events"], visit["engaged_ms"]) == (1, 1, 42_000)
    assert (visit["user_agent"], visit["network"]) == (CHROME, "81.2.69.0/24")
    events = await get(f"visitors/{id_of('anna')}/visits/{visit['started_at']}/events")
    assert [event["kind"] for event in events["events"]] == ["pageview", "event", "leave"]
    assert (events["events"][1]["name"], events["events"][1]["props"]) == ("signup", {"plan": "pro"})
    assert (events["events"][2]["engaged_ms"], events["events"][2]["scroll"]) == (42_000, 80)
    assert events["truncated"] is False


async def test_late_event_belongs_to_the_visit_it_joined(get, store, make):
    await store([make(NOON)])
    await store([make(NOON - 10 * MINUTE, path="/late")])
    visitor_path = f"visitors/{id_of('anna')}"
    [visit] = (await get(visitor_path))["visits"]
    events = (await get(f"{visitor_path}/visits/{visit['started_at']}/events"))["events"]
    assert [event["path"] for event in events] == ["/late", "/"]


async def test_visits_of_visitor_are_paginated(get, store, make):
    await store(make(NOON + n * HOUR, path=f"/{n}") for n in range(3))
    path = f"visitors/{id_of('anna')}"
    first = await get(path, limit="2")
    second = await get(path, limit="2", after=first["next"])
    assert [visit["entry_page"] for visit in first["visits"] + second["visits"]] == ["/2", "/1", "/0"]
    assert second["next"] is None


@pytest.mark.parametrize("wrong", ["unknown", "00000000-0000-0000-0000-000000000000"])
async def test_unknown_visitor_is_not_found(get, three, wrong):
    assert (await get(f"visitors/{wrong}", status=404))["type"].endswith(":visitor-not-found")


@pytest.mark.parametrize(
    "wrong", ["yesterday", "2026-11-22T12:00:00", "2026-11-22T12:00:01Z", "0001-01-01T00:00:00%2B14:00"]
)
async def test_unknown_visit_is_not_found(get, three, wrong):
    answer = await get(f"visitors/{id_of('anna')}/visits/{wrong}/events", status=404)
    assert answer["type"].endswith(":visit-not-found")


async def put_note(client, user, who, **body):
    return await client.put(f"/api/v1/sites/shop/visitors/{who}/note", json=body, headers=user.headers)


async def test_note_is_written_changed_and_removed(client, admin, get, three, pool):
    anna = id_of("anna")
    assert (await put_note(client, admin, anna, label=" our tester ", note="two\nlines")).status == 200
    shown = await get(f"visitors/{anna}")
    assert (shown["label"], shown["note"]) == ("our tester", "two\nlines")
    assert [row["label"] for row in (await get("visitors"))["visitors"]] == ["our tester", ""]
    assert (await put_note(client, admin, anna, label="else")).status == 200
    assert (await get(f"visitors/{anna}"))["note"] == ""
    assert (await put_note(client, admin, anna)).status == 200
    assert await pool.fetchval("select count(*) from visitor_notes") == 0


async def test_note_requires_known_visitor_and_valid_text(client, admin, three):
    assert (await put_note(client, admin, id_of("unknown"), label="x")).status == 404
    answer = await put_note(client, admin, id_of("anna"), note="nul \0")
    assert (answer.status, (await answer.json())["field"]) == (422, "note")
    assert (await put_note(client, admin, id_of("anna"), label="x" * 101)).status == 422


async def look_up(client, user, cookie):
    return await client.post("/api/v1/sites/shop/visitors/lookup", json={"cookie": cookie}, headers=user.headers)


async def test_visitor_is_found_by_cookie(client, admin, site_id, redis, store, make):
    visitor_id = cookie_visitor_id(await SaltStore(redis).install(), site_id, COOKIE)
    expected = str(uuid.UUID(bytes=visitor_id))
    assert await (await look_up(client, admin, COOKIE)).json() == {"visitor": expected, "known": False}
    await store([make(visitor_id=visitor_id)])
    assert await (await look_up(client, admin, COOKIE)).json() == {"visitor": expected, "known": True}


async def test_invalid_cookie_is_rejected_and_not_repeated(client, admin, site_id):
    answer = await look_up(client, admin, "my secret!")
    assert (answer.status, "secret" in await answer.text()) == (422, False)


ROUTES = [
    ("GET", "visits", None),
    ("GET", "visitors", None),
    ("POST", "visitors/lookup", {"cookie": COOKIE}),
    ("GET", f"visitors/{id_of('anna')}", None),
    ("DELETE", f"visitors/{id_of('anna')}", None),
    ("PUT", f"visitors/{id_of('anna')}/note", {"label": "x"}),
    ("GET", f"visitors/{id_of('anna')}/visits/{utc(NOON).isoformat()}/events", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_visitors_are_for_administrators_only(client, admin, reader, three, pool, method, path, body):
    await make_site_admin(pool, reader, "shop")
    url = f"/api/v1/sites/shop/{path}"
    assert (await client.request(method, url, json=body)).status == 401
    assert (await client.request(method, url, json=body, headers=reader.headers)).status == 403
    other = f"/api/v1/sites/missing/{path}"
    assert (await client.request(method, other, json=body, headers=admin.headers)).status == 404
    assert (await client.request(method, url, json=body, headers=admin.headers)).status == 200
