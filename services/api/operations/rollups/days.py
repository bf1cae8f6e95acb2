"""Days of a site that are put in doubt together."""

from collections.abc import Iterator
from datetime import date, timedelta

_ANY_CALENDAR = timedelta(days=2)


def days_between(first: date, last: date) -> Iterator[date]:
    """Both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def all_days(oldest: date | None, today: date) -> Iterator[date]:
    """All days of a site by whatever calendar they were counted, or will be."""
    return days_between((oldest or today) - _ANY_CALENDAR, today + _ANY_CALENDAR)
