"""Classification after the fact and by a site's settings: visits, their events and rollups follow."""

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
from services.worker.ingest.site_policies import FRESH_SECONDS, SitePolicies
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
        # The worker looks at what sites want every few seconds; tests do not wait for that.
        self._parts.ingest._policies = SitePolicies(lambda: FRESH_SECONDS)
        for shard in self._shards:
            while await self._parts.ingest.store_next(shard):
                pass

    async def set_policy(self, site_id, *, with_behavior=False, **values):
        """Overrides as rule="allow:ua:crawler", and what stands in the site's settings."""
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
        await self.ask(site_id, with_behavior=with_behavior)

    async def ask(self, site_id, *, with_behavior=False):
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
        """Of each visitor's last visit."""
        rows = await self.pool.fetch(
            "select visitor_id, bot_reason from visits where site_id = $1 order by started_at", site_id
        )
        return {row["visitor_id"].bytes.rstrip(b"\0").decode(): row["bot_reason"] for row in rows}

    async def rows(self, site_id):
        """All that is stored of visits and events, but for which site it is."""
        visits = await self.pool.fetch(
            "select visitor_id, started_at, ended_at, bot_reason, bot_verdict from visits where site_id = $1 "
            "order by visitor_id, started_at", site_id,
        )  # fmt: skip
        events = await self.pool.fetch("select id, is_bot from events where site_id = $1 order by id", site_id)
        return [tuple(row) for row in visits], [tuple(row) for row in events]

    async def numbers(self, site_id):
        """What the rollups say, once all that waits is done. It is what the raw rows say."""
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
    """Page views of as many different pages."""
    for number in range(pages):
        path = f"/{number}"
        yield store.make(at + number * every, who, path=path, site_id=site_id, **more)
        if engaged:
            leaving = {"kind": Kind.LEAVE, "path": path, "engaged_ms": engaged, "site_id": site_id}
            yield store.make(at + number * every + every // 2, who, **leaving, **more)


async def test_who_looks_at_more_than_20_pages_in_15_minutes_becomes_a_bot(store):
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


async def test_who_does_more_in_a_minute_than_a_person_can_becomes_a_bot(store):
    site_id = await store.site()
    for who, count in (("busy", 60), ("machine", 61)):
        await store.put(store.make(NOON + n * 900, who, path="/", site_id=site_id) for n in range(count))
    await store.behavior_check.run(60)
    assert await store.reasons(site_id) == {"busy": "", "machine": Rule.RATE}


async def test_who_reads_none_of_many_pages_in_a_life_becomes_a_bot_and_a_faithful_reader_does_not(store):
    site_id = await store.site()
    for day in range(6):
        at, hourly = NOON - day * 24 * 60 * MINUTE, {"every": 2 * MINUTE}
        for who, engaged in (("scraper", 0), ("reader", 30 * SECOND)):
            pages = visit(store, site_id, who, 10, at=at, engaged=engaged, **hourly)
            await store.put(beacon if beacon.kind is Kind.LEAVE else _of_day(beacon, day) for beacon in pages)
    await store.behavior_check.run(60)
    assert await store.reasons(site_id) == {"scraper": Rule.LIFETIME_PATHS, "reader": ""}
    assert await store.pool.fetchval("select count(*) from visits where bot_reason <> ''") == 6, "the whole life"
    await store.numbers(site_id)


def _of_day(beacon, day):
    return msgspec.structs.replace(beacon, path=f"{beacon.path}-{day}")


async def test_a_site_sets_its_own_limits_and_the_past_follows(store):
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
    """People and programs over some days, in either network. The same for every site, ids included."""
    agents = (CHROME, CHROME, GOOGLEBOT, GPTBOT, "curl/8.5.0")
    for who in range(12):
        at = NOON - (who % 4) * 24 * 60 * MINUTE - who * MINUTE
        more = {"user_agent": agents[who % 5], "network": ("203.0.113.0/24", "198.51.100.0/24")[who % 2]}
        for beacon in visit(store, site_id, f"who {who}", 1 + who % 4, at=at, engaged=5 * SECOND, **more):
            yield msgspec.structs.replace(beacon, id=next(ids))


def numbered():
    return (uuid.UUID(int=n).bytes for n in range(1, 10_000))


async def test_after_everybody_is_let_in_again_a_store_says_what_one_says_that_never_filtered(store):
    filtered, never = await store.site(), await store.site(bot_policy=BotPolicy.COUNT)
    for site_id in (filtered, never):
        await store.put(traffic(store, site_id, numbered()))
    counted = await store.numbers(never)
    assert await store.numbers(filtered) != counted

    await store.set_policy(filtered, network="allow:0.0.0.0/0")
    assert await store.rows(filtered) == await store.rows(never)
    assert await store.numbers(filtered) == counted

    await store.set_policy(filtered)
    await store.pool.execute("update sites set bot_policy = 'count' where id = $1", filtered)
    await store.ask(filtered)
    assert await store.numbers(filtered) == counted


OVERRIDES = st.dictionaries(
    st.sampled_from(["rule", "network", "user_agent"]),
    st.sampled_from(["allow", "block"]),
    min_size=1,
)
VALUES = {
    "rule": st.sampled_from([Rule.CRAWLER.value, Rule.AI_CRAWLER.value, Rule.HTTP_LIBRARY.value, Rule.MODEL.value]),
    "network": st.sampled_from(["203.0.113.0/24", "198.51.0.0/16", "0.0.0.0/0", "2001:db8::/32"]),
    "user_agent": st.sampled_from(["*googlebot*", "curl/8.5.0", "*", "*chrome*", "nobody"]),
}


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(data=st.data(), kinds=OVERRIDES)
async def test_taking_an_override_back_gives_what_was_before_it(store, data, kinds):
    site_id = await store.site()
    ids = iter([uuid.uuid4().bytes for _ in range(200)])
    await store.put(traffic(store, site_id, ids))
    before, numbers = await store.rows(site_id), await store.numbers(site_id)

    overrides = {kind: f"{verdict}:{data.draw(VALUES[kind])}" for kind, verdict in kinds.items()}
    await store.set_policy(site_id, **overrides)
    applied = await store.rows(site_id)
    await store.numbers(site_id)
    assert [row[:3] + row[4:] for row in applied[0]] == [row[:3] + row[4:] for row in before[0]], "verdicts stay"

    await store.set_policy(site_id)
    assert await store.rows(site_id) == before
    assert await store.numbers(site_id) == numbers


async def test_new_visits_are_counted_as_old_ones_are(store):
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


async def test_a_recount_waits_until_every_worker_knows_and_goes_on_where_it_was(store):
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
    done = await store.pool.fetchrow("select * from bot_reclassifications")
    assert (done["visits_seen"], done["visits_changed"], done["finished_at"]) == (12, 0, store.now)


async def test_what_the_model_thinks_is_kept_and_counts_only_where_the_site_says_so(store, settings):
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
    form = compute_in_process(environment, "services.worker.bots")
    assert await form([site_id], NOON)

    (opinion,) = await store.pool.fetch("select * from bot_scores where visitor_id = $1", named("clockwork"))
    assert "regular" in opinion["reasons"]
    others = await store.pool.fetchval("select count(*) from bot_scores where visitor_id <> $1", named("clockwork"))
    assert others <= 2
    assert set((await store.reasons(site_id)).values()) == {""}, "it advises"
    before = await store.rows(site_id)

    await store.set_policy(site_id, model="apply")
    assert (await store.reasons(site_id))["clockwork"] == Rule.MODEL
    await store.numbers(site_id)
    await store.set_policy(site_id)
    assert await store.rows(site_id) == before


def named(who):
    return uuid.UUID(bytes=visitor(who))
