"""Ranges of days made up of as few buckets as can be."""

from datetime import date, timedelta
from random import Random

from common.rollups import Grain
from services.api.reports.periods import Days, end_of_month
from services.api.reports.rollups.bucket_cover import cover
from services.api.reports.rollups.threshold import Candidate, rank_by_threshold

LATER = date(2100, 1, 1)


def days_of(bucket):
    grain, first = bucket
    last = end_of_month(first) if grain is Grain.MONTH else first + timedelta(days=6 if grain is Grain.WEEK else 0)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_cover_has_each_day_once_except_stale_days():
    random = Random(5)
    for _ in range(300):
        first = date(2026, 1, 1) + timedelta(days=random.randrange(700))
        days = Days(first, first + timedelta(days=random.randrange(120)))
        stale = {days.first + timedelta(days=random.randrange(days.count)) for _ in range(random.randrange(4))}
        covered = [day for bucket in cover(days, LATER, stale).buckets for day in days_of(bucket)]
        wanted = [first + timedelta(days=n) for n in range(days.count)]
        assert sorted(covered) == [day for day in wanted if day not in stale]


def test_range_until_today_ends_with_whole_week_or_month():
    today = date(2026, 11, 18)
    found = cover(Days(date(2026, 10, 20), today), today)
    assert len(found.buckets) == 10, "six days and four weeks"
    assert found.buckets[-1] in {(Grain.MONTH, date(2026, 11, 1)), (Grain.WEEK, date(2026, 11, 16))}
    assert found.last >= today
    assert [grain for grain, _ in cover(Days(date(2026, 1, 1), date(2026, 12, 31)), today).buckets] == [
        Grain.MONTH
    ] * 12


async def test_threshold_finds_first_rows_without_counting_all():
    real = {f"{n:04}": 1_000 - n for n in range(1_000)}
    counted: list[str] = []

    async def count(values):
        counted.extend(values)
        return {value: real[value] for value in values}

    candidates = [Candidate(value, round(number * 1.02)) for value, number in real.items()]
    best = await rank_by_threshold(candidates, 10, count, is_descending=True, rest=None)
    assert best == list(real)[:10]
    assert len(counted) < 150
    assert await rank_by_threshold(candidates[:12], 10, count, is_descending=True, rest=candidates[11]) is None
