"""Reclassification by behavior and by a site's settings updates visits, their events and rollups."""

import uuid
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.beacon import Kind, encode_beacon
from common.bots import BotPolicy, Rule
from common.config import environment_for_child, required_url
from common.identity import shard_of
from common.sites import SiteSettings
from common.store.accounts import create_site
from common.streams import StreamWriter
from services.worker.app import open_worker
from services.worker.bots.behavior_check import BehaviorCheck
from services.worker.bots.reclassification import Reclassification
from services.worker.ingest.site_policies import MAX_AGE_SECONDS, SitePolicies
from services.worker.insights.runs import compute_in_process
from services.worker.rollups.rebuild import CORRECTION_DELAY
from tests.support.beacons import CHROME, MINUTE, NOON, beacon_maker, visitor
from tests.support.recount import recounted, rolled_up

NOW = datetime.fromtimestamp(NOON / 1000, UTC)
SECOND = 1_000
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
GPTBOT = "Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"


class Store:
    def __init__(self, parts, redis, shards):
        self.pool = parts.pool
        self._parts = parts
        self._redis = redis
        self._shards = range(shards)
        self.make = beacon_maker()
        self.now = NOW
        clock = lambda: round(self.now.timestamp() * 1000)  # noqa: E731
        self.behavior_check = BehaviorCheck(self.pool, self._shards, clock)
        self.reclassification = Reclassification(self.pool, self._shards, clock, batch=3)

    async def site(self, **more):
        count = await self.pool.fetchval("select count(*) from sites")
        more = {"timezone": "Europe/Berlin"} | more
        return await create_site(self.pool, SiteSettings(f"site-{count}", "https://example.com", **more), NOW)

    async def put(self, beacons):
        by_shard = {}
        for beacon in beacons:
            shard = shard_of(beacon.visitor_id, len(self._shards))
            by_shard.setdefault(shard, []).append(encode_beacon(beacon))
        await StreamWriter(self._redis).append(by_shard)
        # The worker reloads the policies of sites every few seconds; tests do not wait for that.
        self._parts.ingest._policies = SitePolicies(lambda: MAX_AGE_SECONDS)
        for shard in self._shards:
            while await self._parts.ingest.store_next(shard):
                pass

    async def set_policy(self, site_id, *, with_behavior=False, **values):
        """Set bot settings by name, and overrides as rule="allow:ua:crawler"."""
        settings = {"rate_per_minute": 60, "paths_in_15_minutes": 20, "lifetime_paths": 50, "model": "show"}
        settings |= {name: values.pop(name) for name in tuple(values) if name in settings}
        await self.pool.execute("delete from bot_settings where site_id = $1", site_id)
        await self.pool.execute("insert into bot_settings values ($1, $2, $3, $4, $5)", site_id, *settings.values())
        await self.pool.execute("delete from bot_overrides where site_id = $1", site_id)
        for kind, override in values.items():
            verdict, _, value = override.partition(":")
            await self.pool.execute(
                "insert into bot_overrides values ($1, $2, $3, $4, $5, $6)",
                uuid.uuid4(), site_id, kind, value, verdict, NOW,
            )  # fmt: skip
        await self.reclassify(site_id, with_behavior=with_behavior)

    async def reclassify(self, site_id, *, with_behavior=False):
        await self.pool.execute("delete from bot_reclassifications where site_id = $1", site_id)
        await self.pool.execute(
            "insert into bot_reclassifications (site_id, requested_at, with_behavior) values ($1, $2, $3)",
            site_id,
            self.now,
            with_behavior,
        )
        await self.reclassification.run(60, at_once=True)
        assert await self.pool.fetchval(
            "select finished_at is not null from bot_reclassifications where site_id = $1", site_id
        )

    async def reasons(self, site_id):
        """Return the bot reason of each visitor's last visit."""
        rows = await self.pool.fetch(
            "select visitor_id, bot_reason from visits where site_id = $1 order by started_at", site_id
        )
        return {row["visitor_id"].bytes.rstrip(b"\0").decode(): row["bot_reason"] for row in rows}

    async def rows(self, site_id):
        """Return all stored visits and events without their site."""
        visits = await self.pool.fetch(
            "select visitor_id, started_at, ended_at, bot_reason, bot_verdict from visits where site_id = $1 "
            "order by visitor_id, started_at", site_id,
        )  # fmt: skip
        events = await self.pool.fetch("select id, is_bot from events where site_id = $1 order by id", site_id)
        return [tuple(row) for row in visits], [tuple(row) for row in events]

    async def numbers(self, site_id):
        """Return the rollups after all pending rebuilds, and check that they equal the raw rows."""
        self.now += CORRECTION_DELAY + timedelta(days=30)
        await self._parts.compaction.run(60, everything=True)
        await self._parts.rebuild.run(60, at_once=True)
        rolled = await rolled_up(self.pool, site_id)
        assert rolled == await recounted(self.pool, site_id, "Europe/Berlin")
        return rolled


@pytest.fixture
async def store(settings, redis):
    async with open_worker(settings, lambda: NOON) as parts:
        yield Store(parts, redis, settings.install.shards)


def visit(store, site_id, who, pages, *, every=20 * SECOND, at=NOON, engaged=0, **more):
    """Page views of ``pages`` different pages."""
    for number in range(pages):
        path = f"/{number}"
        yield store.make(at + number * every, who, path=path, site_id=site_id, **more)
        if engaged:
            leaving = {"kind": Kind.LEAVE, "path": path, "engaged_ms": engaged, "site_id": site_id}
            yield store.make(at + number * every + every // 2, who, **leaving, **more)


async def test_visitor_of_more_than_20_pages_in_15_minutes_becomes_bot(store):
    site_id = await store.site()
    beacons = [
        *visit(store, site_id, "twenty", 20),
        *visit(store, site_id, "more", 21),
        *visit(store, site_id, "slowly", 21, every=50 * SECOND),
        *(store.make(NOON + n * 20 * SECOND, "again", path="/", site_id=site_id) for n in range(40)),
    ]
    await store.put(beacons)
    assert await store.behavior_check.run(60) == 1
    assert await store.reasons(site_id) == {"twenty": "", "more": Rule.PATHS, "slowly": "", "again": ""}
    assert not await store.pool.fetchval("select count(*) from bot_candidates")

    await store.put([store.make(NOON + 10 * MINUTE, "more", path="/later", site_id=site_id)])
    assert await store.pool.fetchval("select bool_and(is_bot) from events where path = '/later'")
    await store.numbers(site_id)


async def test_visitor_with_more_than_60_events_in_a_minute_becomes_bot(store):
    site_id = await store.site()
    for who, count in (("busy", 60), ("machine", 61)):
        await store.put(store.make(NOON + n * 900, who, path="/", site_id=site_id) for n in range(count))
    await store.behavior_check.run(60)
    assert await store.reasons(site_id) == {"busy": "", "machine": Rule.RATE}


async def test_visitor_of_many_pages_becomes_bot_without_reading_and_loyal_reader_does_not(store):
    site_id = await store.site()
    for day in range(6):
        at, hourly = NOON - day * 24 * 60 * MINUTE, {"every": 2 * MINUTE}
        for who, engaged in (("scraper", 0), ("reader", 30 * SECOND)):
            pages = visit(store, site_id, who, 10, at=at, engaged=engaged, **hourly)
            await store.put(beacon if beacon.kind is Kind.LEAVE else _of_day(beacon, day) for beacon in pages)
    await store.behavior_check.run(60)
    assert await store.reasons(site_id) == {"scraper": Rule.LIFETIME_PATHS, "reader": ""}
    assert await store.pool.fetchval("select count(*) from visits where bot_reason <> ''") == 6, (
        "all visits of the visitor"
    )
    await store.numbers(site_id)


def _of_day(beacon, day):
    return msgspec.structs.replace(beacon, path=f"{beacon.path}-{day}")


async def test_changed_limits_reclassify_past_visits(store):
    site_id = await store.site()
    await store.put([*visit(store, site_id, "ten", 10), *visit(store, site_id, "thirty", 30)])
    await store.behavior_check.run(60)
    before, numbers = await store.rows(site_id), await store.numbers(site_id)
    assert await store.reasons(site_id) == {"ten": "", "thirty": Rule.PATHS}

    await store.set_policy(site_id, with_behavior=True, paths_in_15_minutes=5)
    assert await store.reasons(site_id) == {"ten": Rule.PATHS, "thirty": Rule.PATHS}
    await store.set_policy(site_id, with_behavior=True, paths_in_15_minutes=0)
    assert await store.reasons(site_id) == {"ten": "", "thirty": ""}
    await store.numbers(site_id)
    await store.set_policy(site_id, with_behavior=True)
    assert await store.rows(site_id) == before
    assert await store.numbers(site_id) == numbers


def traffic(store, site_id, ids):
    """Humans and bots on several days from two networks. The same for every site, including the ids."""
    agents = (CHROME, CHROME, GOOGLEBOT, GPTBOT, "curl/8.5.0")
    for who in range(12):
        at = NOON - (who % 4) * 24 * 60 * MINUTE - who * MINUTE
        more = {"user_agent": agents[who % 5], "network": ("203.0.113.0/24", "198.51.100.0/24")[who % 2]}
        for beacon in visit(store, site_id, f"who {who}", 1 + who % 4, at=at, engaged=5 * SECOND, **more):
            yield msgspec.structs.replace(beacon, id=next(ids))


def numbered():
    return (uuid.UUID(int=n).bytes for n in range(1, 10_000))


async def test_allowing_all_visits_equals_a_site_that_never_filtered(store):
    filtered, unfiltered = await store.site(), await store.site(bot_policy=BotPolicy.COUNT)
    for site_id in (filtered, unfiltered):
        await store.put(traffic(store, site_id, numbered()))
    counted = await store.numbers(unfiltered)
    assert await store.numbers(filtered) != counted

    await store.set_policy(filtered, network="allow:0.0.0.0/0")
    assert await store.rows(filtered) == await store.rows(unfiltered)
    assert await store.numbers(filtered) == counted

    await store.set_policy(filtered)
    await store.pool.execute("update sites set bot_policy = 'count' where id = $1", filtered)
    await store.reclassify(filtered)
    assert await store.numbers(filtered) == counted


OVERRIDES = st.dictionaries(
    st.sampled_from(["rule", "network", "user_agent"]),
    st.sampled_from(["allow", "block"]),
    min_size=1,
)
VALUES = {
    "rule": st.sampled_from([Rule.CRAWLER.value, Rule.AI_CRAWLER.value, Rule.HTTP_LIBRARY.value, Rule.MODEL.value]),
    "network": st.sampled_from(["203.0.113.0/24", "198.51.0.0/16", "0.0.0.0/0", "2001:db8::/32"]),
    "user_agent": st.sampled_from(["*googlebot*", "curl/8.5.0", "*", "*chrome*", "unknown"]),
}


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(data=st.data(), kinds=OVERRIDES)
async def test_deleting_override_restores_previous_classification(store, data, kinds):
    site_id = await store.site()
    ids = iter([uuid.uuid4().bytes for _ in range(200)])
    await store.put(traffic(store, site_id, ids))
    before, numbers = await store.rows(site_id), await store.numbers(site_id)

    overrides = {kind: f"{verdict}:{data.draw(VALUES[kind])}" for kind, verdict in kinds.items()}
    await store.set_policy(site_id, **overrides)
    applied = await store.rows(site_id)
    await store.numbers(site_id)
    assert [row[:3] + row[4:] for row in applied[0]] == [row[:3] + row[4:] for row in before[0]], (
        "verdicts do not change"
    )

    await store.set_policy(site_id)
    assert await store.rows(site_id) == before
    assert await store.numbers(site_id) == numbers


async def test_new_visits_are_classified_like_old_ones(store):
    old, new = await store.site(), await store.site()
    overrides = {"rule": f"allow:{Rule.CRAWLER.value}", "network": "block:203.0.113.0/24", "user_agent": "allow:curl/*"}
    await store.set_policy(new, **overrides)
    for site_id in (old, new):
        await store.put(traffic(store, site_id, numbered()))
    await store.set_policy(old, **overrides)
    assert await store.rows(old) == await store.rows(new)
    reasons = {row[3] for row in (await store.rows(new))[0]}
    assert reasons >= {"", Rule.MANUAL.value, Rule.AI_CRAWLER.value}
    assert Rule.HTTP_LIBRARY not in reasons


async def test_reclassification_waits_for_every_worker_and_continues_after_a_stop(store):
    site_id = await store.site()
    await store.put(traffic(store, site_id, numbered()))
    await store.pool.execute(
        "insert into bot_reclassifications (site_id, requested_at, with_behavior) values ($1, $2, false)",
        site_id,
        store.now,
    )
    assert await store.reclassification.run(60) == 0
    store.now += CORRECTION_DELAY
    seen = await store.reclassification.run(0)
    assert 0 < seen < 12
    assert await store.reclassification.run(60) == 12 - seen
    progress = await store.pool.fetchrow("select * from bot_reclassifications")
    assert (progress["visits_seen"], progress["visits_changed"], progress["finished_at"]) == (12, 0, store.now)


async def test_model_scores_are_stored_and_count_only_if_site_applies_them(store, settings):
    site_id, rng = await store.site(), Random(4)
    beacons = []
    for number in range(150):
        at = NOON - rng.randrange(8 * 60) * MINUTE
        for page in range(8):
            at += round(rng.lognormvariate(3.4, 1) * SECOND)
            beacons.append(store.make(at, f"{number:03d} read", path=f"/{page % 5}", site_id=site_id))
            leaving = {"kind": Kind.LEAVE, "path": f"/{page % 5}", "engaged_ms": rng.randrange(2_000, 40_000)}
            beacons.append(store.make(at + 100, f"{number:03d} read", site_id=site_id, **leaving))
    beacons += visit(store, site_id, "clockwork", 15, every=MINUTE, at=NOON - 120 * MINUTE)
    await store.put(beacons)
    environment = environment_for_child(
        {
            "database.url": required_url(settings.database.url, "database.url"),
            "install.shards": str(settings.install.shards),
        }
    )
    score_sites = compute_in_process(environment, "services.worker.bots")
    assert await score_sites([site_id], NOON)

    (score,) = await store.pool.fetch("select * from bot_scores where visitor_id = $1", named("clockwork"))
    assert "regular" in score["reasons"]
    others = await store.pool.fetchval("select count(*) from bot_scores where visitor_id <> $1", named("clockwork"))
    assert others <= 2
    assert set((await store.reasons(site_id)).values()) == {""}, "scores alone change nothing"
    before = await store.rows(site_id)

    await store.set_policy(site_id, model="apply")
    assert (await store.reasons(site_id))["clockwork"] == Rule.MODEL
    await store.numbers(site_id)
    await store.set_policy(site_id)
    assert await store.rows(site_id) == before


def named(who):
    return uuid.UUID(bytes=visitor(who))
