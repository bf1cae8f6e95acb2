"""A made-up year: the same each time, believable, and over by now."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from common.beacon import Beacon, Kind
from common.bots import Rule
from services.cli.demo_data.programs import SHARE, program_beacons
from services.cli.demo_data.visits import DemoSite, demo_beacons
from services.cli.demo_data.year import BURSTS, DAYS
from services.worker.enrich.bot import BotPatterns

UNTIL = datetime(2026, 11, 22, 12, tzinfo=UTC)
SITE = DemoSite(7, "http://127.0.0.1:8000/demo/")
VISITS = 20_000


def told(seed: int = 1, visits: int = VISITS) -> list[Beacon]:
    return list(demo_beacons(Random(seed), SITE, visits, UNTIL))


@pytest.fixture(scope="module")
def story() -> list[Beacon]:
    return told()


def day_of(beacon: Beacon) -> str:
    return f"{datetime.fromtimestamp(beacon.received_at / 1000, UTC):%Y-%m-%d}"


def test_a_seed_tells_the_same_story_and_another_tells_another():
    assert told(1, 500) == told(1, 500)
    assert told(1, 500) != told(2, 500)


def test_it_is_a_year_long_and_ends_now(story):
    times = [beacon.received_at / 1000 for beacon in story]
    assert max(times) <= UNTIL.timestamp()
    assert UNTIL.timestamp() - min(times) > (DAYS - 2) * 86_400


def test_about_as_many_visits_as_asked_for_begin_of_fewer_visitors(story):
    beginnings = sum(beacon.kind is Kind.PAGEVIEW and "127.0.0.1" not in beacon.referrer for beacon in story)
    visitors = len({beacon.visitor_id for beacon in story})
    assert beginnings == pytest.approx(VISITS, rel=0.05)
    assert 0.5 * VISITS < visitors < 0.8 * VISITS


def test_everything_is_of_the_site_and_has_what_its_kind_needs(story):
    assert {beacon.site_id for beacon in story} == {SITE.id}
    assert all(beacon.path.startswith("/demo/") and beacon.host == "127.0.0.1" for beacon in story)
    assert all(beacon.name for beacon in story if beacon.kind in (Kind.EVENT, Kind.CLICK))
    assert all(0 <= beacon.scroll <= 100 for beacon in story)
    assert len({beacon.id for beacon in story}) == len(story)


def test_weekends_are_quieter_and_a_link_makes_a_day_stand_out(story):
    by_day = Counter(day_of(beacon) for beacon in story)
    by_weekday = defaultdict(list)
    for day, count in by_day.items():
        by_weekday[datetime.fromisoformat(day).weekday()].append(count)
    usual = {weekday: sum(counts) / len(counts) for weekday, counts in by_weekday.items()}
    assert max(usual[5], usual[6]) < min(usual[0], usual[1], usual[2])

    for burst in BURSTS:
        day = UNTIL - timedelta(days=burst.days_ago)
        assert by_day[f"{day:%Y-%m-%d}"] > 1.8 * usual[day.weekday()] * 0.7


def test_programs_come_besides_say_what_they_are_and_read_nothing(story):
    programs = list(program_beacons(Random(1), SITE, VISITS, UNTIL))
    found, patterns = Counter(beacon.user_agent for beacon in programs), BotPatterns.load()
    rules = {patterns.reason(user_agent) for user_agent in found}
    assert rules >= {Rule.CRAWLER, Rule.AI_CRAWLER, Rule.MONITOR, Rule.PREVIEW, Rule.FEED_READER, Rule.HTTP_LIBRARY}
    assert not any(patterns.reason(user_agent) for user_agent in {beacon.user_agent for beacon in story})
    assert {beacon.kind for beacon in programs} == {Kind.PAGEVIEW}
    assert max(beacon.received_at for beacon in programs) <= UNTIL.timestamp() * 1000
    assert SHARE * VISITS < len(programs) < 4 * SHARE * VISITS
    assert {beacon.visitor_id for beacon in programs}.isdisjoint(beacon.visitor_id for beacon in story)
    assert len({beacon.id for beacon in [*programs, *story]}) == len(programs) + len(story)
