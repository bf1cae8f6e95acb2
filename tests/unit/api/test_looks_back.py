"""How far back lists of visits look, step by step."""

from datetime import UTC, datetime, timedelta

from services.api.visitors.service import _widening_starts

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_each_time_range_is_longer_and_last_is_complete():
    begin = NOW - timedelta(days=400)
    looks = list(_widening_starts(begin, NOW))
    assert looks[0] == NOW - timedelta(hours=1)
    assert looks == sorted(looks, reverse=True)
    assert looks[-1] == begin
    assert len(looks) < 8


def test_one_hour_is_read_at_once():
    assert list(_widening_starts(NOW - timedelta(hours=1), NOW)) == [NOW - timedelta(hours=1)]


def test_future_time_range_is_read_at_once():
    assert list(_widening_starts(NOW + timedelta(days=1), NOW)) == [NOW + timedelta(days=1)]
