"""The generated year of the demo site: reproducible, plausible and in the past."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from common.beacon import Beacon, Kind
from common.bots import Rule
from services.cli.demo_data.bots import BOT_VISIT_RATIO, bot_beacons
from services.cli.demo_data.visit_times import DAYS, SPIKES
from services.cli.demo_data.visits import DemoSite, demo_beacons
from services.worker.enrich.bot import BotPatterns

UNTIL = datetime(2026, 11, 22, 12, tzinfo=UTC)
SITE = DemoSite(7, "http://127.0.0.1:8000/demo/")
VISITS = 20_000


def generate(seed: int = 1, visits: int = VISITS) -> list[Beacon]:
    return list(demo_beacons(Random(seed), SITE, visits, UNTIL))


@pytest.fixture(scope="module")
def beacons() -> list[Beacon]:
    return generate()


def day_of(beacon: Beacon) -> str:
    return f"{datetime.fromtimestamp(beacon.received_at / 1000, UTC):%Y-%m-%d}"


def test_same_seed_generates_same_beacons():
    assert generate(1, 500) == generate(1, 500)
    assert generate(1, 500) != generate(2, 500)


def test_beacons_span_a_year_until_now(beacons):
    times = [beacon.received_at / 1000 for beacon in beacons]
    assert max(times) <= UNTIL.timestamp()
    assert UNTIL.timestamp() - min(times) > (DAYS - 2) * 86_400


def test_number_of_visits_is_as_requested_with_fewer_visitors(beacons):
    visits = sum(beacon.kind is Kind.PAGEVIEW and "127.0.0.1" not in beacon.referrer for beacon in beacons)
    visitors = len({beacon.visitor_id for beacon in beacons})
    assert visits == pytest.approx(VISITS, rel=0.05)
    assert 0.5 * VISITS < visitors < 0.8 * VISITS


def test_beacons_belong_to_site_and_have_fields_of_their_kind(beacons):
    assert {beacon.site_id for beacon in beacons} == {SITE.id}
    assert all(beacon.path.startswith("/demo/") and beacon.host == "127.0.0.1" for beacon in beacons)
    assert all(beacon.name for beacon in beacons if beacon.kind in (Kind.EVENT, Kind.CLICK))
    assert all(0 <= beacon.scroll <= 100 for beacon in beacons)
    assert len({beacon.id for beacon in beacons}) == len(beacons)


def test_weekends_have_fewer_beacons_and_spikes_have_more(beacons):
    by_day = Counter(day_of(beacon) for beacon in beacons)
    by_weekday = defaultdict(list)
    for day, count in by_day.items():
        by_weekday[datetime.fromisoformat(day).weekday()].append(count)
    usual = {weekday: sum(counts) / len(counts) for weekday, counts in by_weekday.items()}
    assert max(usual[5], usual[6]) < min(usual[0], usual[1], usual[2])

    for spike in SPIKES:
        spike_day = UNTIL - timedelta(days=spike.days_ago)
        assert by_day[f"{spike_day:%Y-%m-%d}"] > 1.8 * usual[spike_day.weekday()] * 0.7


def test_bots_are_declared_and_only_view_pages(beacons):
    bots = list(bot_beacons(Random(1), SITE, VISITS, UNTIL))
    found, patterns = Counter(beacon.user_agent for beacon in bots), BotPatterns.load()
    rules = {patterns.reason(user_agent) for user_agent in found}
    assert rules >= {Rule.CRAWLER, Rule.AI_CRAWLER, Rule.MONITOR, Rule.PREVIEW, Rule.FEED_READER, Rule.HTTP_LIBRARY}
    assert not any(patterns.reason(user_agent) for user_agent in {beacon.user_agent for beacon in beacons})
    assert {beacon.kind for beacon in bots} == {Kind.PAGEVIEW}
    assert max(beacon.received_at for beacon in bots) <= UNTIL.timestamp() * 1000
    assert BOT_VISIT_RATIO * VISITS < len(bots) < 4 * BOT_VISIT_RATIO * VISITS
    assert {beacon.visitor_id for beacon in bots}.isdisjoint(beacon.visitor_id for beacon in beacons)
    assert len({beacon.id for beacon in [*bots, *beacons]}) == len(bots) + len(beacons)
