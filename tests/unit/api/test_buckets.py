"""Periods and buckets: properties that hold in every zone, across clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.api.reports.buckets import Interval, bounds, max_buckets, starts, until
from services.api.reports.periods import Days, Period, days_of, end_of_month, months_before

# Whole, half and quarter hours; clock changes at midnight, of half an hour, and a day that never was.
ZONES = [
    "UTC",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "America/St_Johns",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "Africa/Cairo",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
dates = st.dates(date(2000, 1, 1), date(2060, 12, 31))
spans = st.builds(lambda first, count: Days(first, first + timedelta(days=count)), dates, st.integers(0, 60))
intervals = st.sampled_from(list(Interval))
moments = st.integers(946_857_600, 2_871_763_200).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
INSTANT = timedelta(microseconds=1)


@given(spans, intervals, zones)
def test_buckets_have_no_gap_or_overlap(days, interval, zone):
    begin, end = bounds(days, zone)
    found = starts(days, interval, zone)
    if begin == end:  # the one day that Samoa skipped
        assert found == []
        return
    assert found[0] == begin
    assert found == sorted(set(found))
    assert found[-1] < end
    assert len(found) <= max_buckets(days, interval)


@given(spans, zones)
def test_period_ends_where_next_one_begins(days, zone):
    following = Days(days.last + timedelta(days=1), days.last + timedelta(days=3))
    assert bounds(days, zone)[1] == bounds(following, zone)[0]


@given(spans, zones)
@example(Days(date(2026, 10, 3), date(2026, 10, 5)), ZoneInfo("Australia/Lord_Howe"))
@example(Days(date(2026, 4, 4), date(2026, 4, 6)), ZoneInfo("Australia/Lord_Howe"))
@example(Days(date(2018, 11, 3), date(2018, 11, 5)), ZoneInfo("America/Sao_Paulo"))
@example(Days(date(2026, 10, 31), date(2026, 11, 2)), ZoneInfo("America/Havana"))
def test_hour_bucket_lasts_one_hour_unless_clocks_change(days, zone):
    found = starts(days, Interval.HOUR, zone)
    end = bounds(days, zone)[1]
    for start, following in zip(found, [*found[1:], end], strict=True):
        around = (start - INSTANT, start, following - INSTANT, following)
        if len({moment.astimezone(zone).utcoffset() for moment in around}) == 1:
            assert following - start == timedelta(hours=1)
            assert start.astimezone(zone).minute == 0
        else:
            assert timedelta(0) < following - start <= timedelta(hours=2)
    names = [start.astimezone(zone).isoformat() for start in found]
    assert len(set(names)) == len(names)


@given(moments, zones)
def test_day_bucket_has_local_date(moment, zone):
    if zone.key == "America/St_Johns" and moment.year < 2012:
        return  # clocks went back at one minute past midnight: 59 minutes of the old day came after the new one began
    local = moment.astimezone(zone)
    day = Days(local.date(), local.date())
    begin, end = bounds(day, zone)
    assert begin <= moment < end


@given(spans, zones)
def test_weeks_start_on_monday_and_months_on_first(days, zone):
    for interval, begins in (
        (Interval.WEEK, lambda day: day.weekday() == 0),
        (Interval.MONTH, lambda day: day.day == 1),
    ):
        for start in starts(days, interval, zone)[1:]:
            # Where a day or its midnight is skipped, the bucket begins when the skip ends.
            local = start.astimezone(zone)
            assert begins(local.date()) or begins((local - timedelta(days=1)).date())


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", date(2026, 3, 29), 23),
        ("Europe/London", date(2026, 10, 25), 25),
        ("America/Havana", date(2026, 11, 1), 25),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("America/Sao_Paulo", date(2018, 2, 17), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 24),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Asia/Kolkata", date(2026, 1, 1), 24),
    ],
)
def test_day_has_as_many_hours_as_its_time_zone(zone, day, hours):
    assert len(starts(Days(day, day), Interval.HOUR, ZoneInfo(zone))) == hours


@given(spans, intervals, zones, moments)
def test_future_buckets_are_left_out(days, interval, zone, now):
    found = starts(days, interval, zone)
    begun = until(found, now)
    assert all(start <= now for start in begun)
    assert all(start > now for start in found[len(begun) :])


@given(dates)
def test_periods_end_today_or_with_this_month(today):
    for period, count in ((Period.DAY, 1), (Period.LAST_7_DAYS, 7), (Period.LAST_30_DAYS, 30)):
        days = days_of(period, today)
        assert (days.count, days.last) == (count, today)
    for period, months in ((Period.MONTH, 1), (Period.LAST_6_MONTHS, 6), (Period.YEAR, 12)):
        days = days_of(period, today)
        assert days.first.day == 1
        assert days.last == end_of_month(today)
        assert (today.year - days.first.year) * 12 + today.month - days.first.month == months - 1


@given(dates, st.integers(-600, 600))
def test_months_before_is_inverted_by_negative_months(day, months):
    assert months_before(months_before(day, months), -months) == day.replace(day=1)


@given(dates)
def test_day_after_end_of_month_is_first(day):
    assert (end_of_month(day) + timedelta(days=1)).day == 1
