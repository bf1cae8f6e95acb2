"""Events sent by servers."""

import uuid
from datetime import timedelta

import pytest

from common.beacon import Kind
from common.clock import utc
from common.identity import cookie_visitor_id, network_visitor_id
from common.salts import SaltStore
from tests.integration.api.people import make_site_admin
from tests.integration.api.stored import storing
from tests.integration.api.test_past_events import appended
from tests.support.beacons import CHROME

COOKIE = "0123456789abcdef0123456789abcdef"
IP = "192.0.2.77"
ID = "5f" * 16


def event(**changed):
    return {"url": "https://shop.example/thanks?order=7", "ip": IP, "user_agent": CHROME} | changed


@pytest.fixture
async def make_site(client, admin, pool):
    async def make(name="shop", **more):
        body = {"name": name, "url": "https://shop.example"} | more
        assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
        return await pool.fetchval("select id from sites where name = $1", name)

    return make


@pytest.fixture
async def site_id(make_site):
    return await make_site()


@pytest.fixture
async def store(settings, redis, clock):
    async with storing(settings, redis, clock) as stored:
        yield stored


async def send(client, headers, *events, site="shop"):
    return await client.post("/api/v1/events", json={"site": site, "events": list(events)}, headers=headers)


async def make_key(client, user, *scopes, site=None):
    body = {"name": "script", "scopes": list(scopes), "site": site}
    answer = await client.post("/api/v1/me/keys", json=body, headers=user.headers)
    assert answer.status == 201, await answer.text()
    return {"Authorization": f"Bearer {(await answer.json())['key']}"}


async def test_event_is_stored_with_its_own_time_network_and_browser(client, admin, site_id, store, pool, clock):
    an_hour_ago = clock() - 3_600_000
    sale = event(kind="event", name="sale", props={"sum": 9.5}, time=an_hour_ago)
    answer = await send(client, admin.headers, sale)
    assert (answer.status, await answer.json()) == (202, {"accepted": 1, "rejected": []})
    await store([])
    [visit] = await pool.fetch("select * from visits")
    assert (visit["site_id"], visit["started_at"]) == (site_id, utc(an_hour_ago))
    assert (visit["network"], visit["browser"], visit["hostname"]) == ("192.0.2.0/24", "Chrome", "shop.example")
    [stored] = await pool.fetch("select * from events")
    assert (stored["ts"], Kind(stored["kind"]), stored["name"]) == (utc(an_hour_ago), Kind.EVENT, "sale")
    assert (stored["path"], stored["props"]) == ("/thanks", {"sum": 9.5})


async def test_event_without_time_gets_the_current_time_and_a_new_id(client, admin, site_id, redis, clock):
    await send(client, admin.headers, event(), event())
    beacons = [beacon for _, beacon in await appended(redis)]
    assert [(beacon.received_at, beacon.repeatable) for beacon in beacons] == [(clock(), False)] * 2
    assert len({beacon.id for beacon in beacons}) == 2
    assert {uuid.UUID(bytes=beacon.id).version for beacon in beacons} == {7}


async def test_event_sent_twice_is_stored_once(client, admin, site_id, store, pool, clock):
    for _ in range(2):
        assert (await send(client, admin.headers, event(id=ID, time=clock()))).status == 202
        await store([])
    assert await pool.fetchval("select count(*) from events") == 1


async def test_event_with_id_needs_a_time(client, admin, site_id, redis):
    outcome = await (await send(client, admin.headers, event(id=ID), event())).json()
    assert (outcome["accepted"], [rejected["index"] for rejected in outcome["rejected"]]) == (1, [0])
    assert outcome["rejected"][0]["reason"].startswith("time")


async def test_cookie_identifies_the_same_visitor_as_in_the_collector(client, admin, site_id, redis):
    await send(client, admin.headers, event(visitor=COOKIE), event(visitor=COOKIE, ip="198.51.100.9"))
    expected = cookie_visitor_id(await SaltStore(redis).install(), site_id, COOKIE)
    assert {beacon.visitor_id for _, beacon in await appended(redis)} == {expected}


@pytest.mark.parametrize("days", [0, 1])
async def test_event_without_cookie_has_the_collectors_visitor_of_that_day(client, admin, site_id, redis, clock, days):
    at = clock() - days * 86_400_000
    await send(client, admin.headers, event(time=at))
    [(_, beacon)] = await appended(redis)
    salt = await SaltStore(redis).day(utc(at).date())
    assert beacon.visitor_id == network_visitor_id(salt, site_id, IP, CHROME)


async def test_event_from_three_days_ago_has_no_visitor_of_the_collector(client, admin, site_id, redis, clock):
    at = utc(clock()) - timedelta(days=2)
    await send(client, admin.headers, event(time=int(at.timestamp() * 1000)))
    [(_, beacon)] = await appended(redis)
    salt = await SaltStore(redis).past_day(at.date(), utc(clock()))
    assert beacon.visitor_id == network_visitor_id(salt, site_id, IP, CHROME)
    assert not await redis.exists(f"salts:day:{at.date()}")


async def test_cookieless_site_ignores_cookies(client, admin, make_site, redis, clock):
    site_id = await make_site(identity="cookieless")
    await send(client, admin.headers, event(visitor=COOKIE))
    [(_, beacon)] = await appended(redis)
    salt = await SaltStore(redis).day(utc(clock()).date())
    assert beacon.visitor_id == network_visitor_id(salt, site_id, IP, CHROME)


@pytest.mark.parametrize("identity", ["cookie", "cookieless", "persistent"])
async def test_opted_out_visitor_is_identified_by_the_daily_salt_only(client, admin, make_site, redis, clock, identity):
    site_id = await make_site(identity=identity)
    answer = await send(client, admin.headers, event(visitor=COOKIE, opted_out=True))
    assert await answer.json() == {"accepted": 1, "rejected": []}
    [(_, beacon)] = await appended(redis)
    salt = await SaltStore(redis).day(utc(clock()).date())
    assert beacon.visitor_id == network_visitor_id(salt, site_id, IP, CHROME)


async def test_site_that_drops_opted_out_visitors_does_not_count_them(client, admin, make_site, redis):
    await make_site(privacy_signal="drop")
    outcome = await (await send(client, admin.headers, event(opted_out=True), event(opted_out=False))).json()
    assert (outcome["accepted"], [rejected["index"] for rejected in outcome["rejected"]]) == (1, [0])
    assert outcome["rejected"][0]["reason"].startswith("opted_out")
    assert len(await appended(redis)) == 1


async def test_site_that_ignores_the_privacy_signal_uses_the_cookie(client, admin, make_site, redis):
    site_id = await make_site(privacy_signal="ignore")
    await send(client, admin.headers, event(visitor=COOKIE, opted_out=True))
    [(_, beacon)] = await appended(redis)
    assert beacon.visitor_id == cookie_visitor_id(await SaltStore(redis).install(), site_id, COOKIE)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ip": "localhost"}, "ip"),
        ({"ip": None}, "ip"),
        ({"time": 4_000_000_000_000}, "time"),
        ({"visitor": "my secret"}, "visitor"),
        ({"url": "/page"}, "url"),
        ({"kind": "event"}, "name"),
        ({"color": "red"}, "color"),
    ],
)
async def test_invalid_event_is_rejected_with_a_reason_and_the_others_are_accepted(
    client, admin, site_id, redis, changed, field
):
    outcome = await (await send(client, admin.headers, event(), event(**changed), event())).json()
    assert (outcome["accepted"], [rejected["index"] for rejected in outcome["rejected"]]) == (2, [1])
    assert outcome["rejected"][0]["reason"].startswith(field)
    assert "secret" not in outcome["rejected"][0]["reason"]
    assert len(await appended(redis)) == 2


async def test_only_users_who_can_see_the_site_send_events_to_it(client, reader, site_id, pool, redis):
    assert (await send(client, {}, event())).status == 401
    assert (await send(client, reader.headers, event())).status == 404
    assert (await send(client, reader.headers, event(), site="missing")).status == 404
    assert await appended(redis) == []
    await make_site_admin(pool, reader, "shop")
    assert (await send(client, reader.headers, event())).status == 202


async def test_api_key_needs_the_scope_and_the_site(client, admin, make_site, redis):
    for name in ("shop", "other"):
        await make_site(name)
    assert (await send(client, await make_key(client, admin, "read:stats"), event())).status == 403
    assert await appended(redis) == []
    assert (await send(client, await make_key(client, admin, "write:events"), event())).status == 202
    of_one_site = await make_key(client, admin, "write:events", site="shop")
    assert (await send(client, of_one_site, event())).status == 202
    assert (await send(client, of_one_site, event(), site="other")).status == 404
    assert len(await appended(redis)) == 2
