"""Import of past events."""

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from common.beacon import Kind
from common.clock import utc
from common.identity import network_visitor_id, shard_of
from common.salts import SaltStore
from common.streams import StreamReader, StreamWriter
from services.api.server_events.service import MAX_BACKLOG
from tests.integration.api.people import make_site_admin

SHARDS = 4
DAY = datetime(2026, 3, 1, tzinfo=UTC)


def event(number: int = 0, **changed):
    return {
        "id": hashlib.md5(str(number).encode()).hexdigest(),
        "time": int((DAY + timedelta(seconds=number)).timestamp() * 1000),
        "url": f"https://example.com/page?utm_source=news&secret={number}",
        "referrer": "https://search.example/?q=secret",
        "ip": "192.0.2.77",
        "user_agent": "Mozilla/5.0",
    } | changed


@pytest.fixture
async def site(client, admin):
    body = {"name": "example", "url": "https://example.com"}
    assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201


@pytest.fixture
async def persistent_site(client, admin):
    body = {"name": "example", "url": "https://example.com", "identity": "persistent"}
    assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201


async def send(client, user, events, name="example"):
    body = io.BytesIO(json.dumps({"events": events}).encode())
    return await client.post(
        f"/api/v1/sites/{name}/events/import", data=body, headers=user.headers | {"Content-Type": "application/json"}
    )


async def appended(redis):
    reader, found = StreamReader(redis), []
    for shard in range(SHARDS):
        batch = await reader.read(shard, "0-0", 10_000)
        found += [(shard, beacon) for beacon in batch.beacons] if batch else []
    return found


async def test_events_become_beacons_without_ip_address_and_query(client, admin, site, redis, pool, clock):
    answer = await send(client, admin, [event()])
    assert answer.status == 202
    assert await answer.json() == {"accepted": 1, "rejected": []}
    ((shard, beacon),) = await appended(redis)
    salt = await SaltStore(redis).past_day(DAY.date(), utc(clock()))
    assert beacon.visitor_id == network_visitor_id(salt, beacon.site_id, "192.0.2.77", "Mozilla/5.0")
    assert shard == shard_of(beacon.visitor_id, SHARDS)
    assert beacon.id.hex() == event()["id"]
    assert beacon.received_at == event()["time"]
    assert beacon.repeatable is True
    assert beacon.kind is Kind.PAGEVIEW
    assert beacon.network == "192.0.2.0/24"
    assert (beacon.host, beacon.path, beacon.query) == ("example.com", "/page", "utm_source=news")
    assert beacon.referrer == "https://search.example/"
    assert b"192.0.2.77" not in repr(beacon).encode()


async def test_visitor_id_lasts_a_day_or_forever_as_the_site_is_configured(client, admin, persistent_site, redis):
    tomorrow = event()["time"] + 86_400_000
    await send(client, admin, [event(1), event(2, time=tomorrow), event(3, ip="::ffff:192.0.2.77")])
    beacons = [beacon for _, beacon in await appended(redis)]
    salt = await SaltStore(redis).install()
    expected = network_visitor_id(salt, beacons[0].site_id, "192.0.2.77", "Mozilla/5.0", persistent=True)
    assert {beacon.visitor_id for beacon in beacons} == {expected}


async def test_visitor_id_changes_from_day_to_day(client, admin, site, redis):
    tomorrow = event()["time"] + 86_400_000
    await send(client, admin, [event(1), event(2), event(3, time=tomorrow)])
    assert len({beacon.visitor_id for _, beacon in await appended(redis)}) == 2


async def test_custom_events_have_name_and_properties(client, admin, site, redis):
    props = {"plan": "pro", "seats": 3, "trial": True, "price": 9.5}
    await send(client, admin, [event(1, kind="event", name="signup", props=props, language="en-GB")])
    ((_, beacon),) = await appended(redis)
    assert (beacon.kind, beacon.name, beacon.props, beacon.language) == (Kind.EVENT, "signup", props, "en-GB")
    assert beacon.props["trial"] is True


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": "xyz"}, "id"),
        ({"id": "A" * 32}, "id"),
        ({"time": 0}, "time"),
        ({"time": "soon"}, "time"),
        ({"time": 4_000_000_000_000}, "time"),
        ({"ip": "localhost"}, "ip"),
        ({"ip": None}, "ip"),
        ({"url": "/page"}, "url"),
        ({"url": "http://[::1"}, "url"),
        ({"kind": "leave"}, "kind"),
        ({"kind": "event"}, "name"),
        ({"props": {str(n): n for n in range(31)}}, "props"),
        ({"props": {"n": 2**60}}, "props"),
        ({"props": {"list": []}}, "props"),
        ({"color": "red"}, "color"),
    ],
)
async def test_invalid_event_is_rejected_with_a_reason_and_the_others_are_accepted(
    client, admin, site, redis, changed, field
):
    answer = await send(client, admin, [event(1), event(2, **changed), event(3)])
    outcome = await answer.json()
    assert (answer.status, outcome["accepted"]) == (202, 2)
    assert [rejected["index"] for rejected in outcome["rejected"]] == [1]
    assert outcome["rejected"][0]["reason"].startswith(field)
    assert "192.0.2.77" not in outcome["rejected"][0]["reason"]
    assert {beacon.id.hex() for _, beacon in await appended(redis)} == {event(1)["id"], event(3)["id"]}


async def test_event_in_the_future_is_rejected(client, admin, site, clock):
    outcome = await (await send(client, admin, [event(1, time=clock()), event(2, time=clock() + 1)])).json()
    assert [rejected["index"] for rejected in outcome["rejected"]] == [1]


async def test_items_that_are_no_events_are_rejected_one_by_one(client, admin, site):
    outcome = await (await send(client, admin, [1, None, [], event()])).json()
    assert (outcome["accepted"], len(outcome["rejected"])) == (1, 3)


async def test_at_most_a_thousand_events_are_accepted(client, admin, site, redis):
    assert (await send(client, admin, [event(n) for n in range(1_000)])).status == 202
    assert len(await appended(redis)) == 1_000
    answer = await send(client, admin, [event(n) for n in range(1_001)])
    assert (answer.status, (await answer.json())["field"]) == (422, "events")
    assert (await send(client, admin, [])).status == 422


async def test_body_above_five_megabytes_is_rejected(client, admin, site):
    assert (await send(client, admin, [event(1, user_agent="x" * 5_000_000)])).status == 202
    assert (await send(client, admin, [event(1, user_agent="x" * 5_242_880)])).status == 413


async def test_events_are_rejected_while_the_backlog_of_a_shard_is_full(client, admin, site, redis):
    writer = StreamWriter(redis)
    await writer.append({0: [b"\xc0"]})
    async with redis.pipeline(transaction=False) as pipe:
        for _ in range(MAX_BACKLOG):
            pipe.xadd("beacons:0", {"n": 1, "b": b"\xdd\0\0\0\0"})
        await pipe.execute()
    answer = await send(client, admin, [event()])
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert (await answer.json())["type"].endswith(":backlog-full")
    await redis.xtrim("beacons:0", maxlen=MAX_BACKLOG, approximate=False)
    assert (await send(client, admin, [event()])).status == 202


async def test_only_administrators_import_events(client, admin, reader, site, pool, redis):
    await make_site_admin(pool, reader, "example")
    assert (await send(client, reader, [event()])).status == 403
    assert (await send(client, admin, [event()], name="missing")).status == 404
    assert await appended(redis) == []
