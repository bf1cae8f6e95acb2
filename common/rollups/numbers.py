"""The stored ids of dimensions and grains. Every install has them in its data: never change one."""

from datetime import date, timedelta
from enum import UNIQUE, IntEnum, verify

from common.dimensions import VISIT_DIMENSIONS


@verify(UNIQUE)
class RollupDimension(IntEnum):
    """The dimensions of rollups: the total, and each dimension of ``common.visits`` and of events.

    TOTAL has a single value ''. The values of HOUR are the UTC times at which an hour of the site's clock begins, such
    as ``2026-03-29T00:30Z``; HOUR exists for days only. Visits, bounces and durations of a PAGE are those of the visits
    that began on it. An EXIT has only visits, bounces, durations and visitors.
    """

    TOTAL = 0
    HOUR = 1
    PAGE = 2
    EVENT = 24
    LINK = 25
    vars().update({dimension.name.upper(): dimension.rollup for dimension in VISIT_DIMENSIONS})

    # Declared for type checkers: the members that code refers to.
    ENTRY: "RollupDimension"
    EXIT: "RollupDimension"
    SOURCE: "RollupDimension"
    COUNTRY: "RollupDimension"


class Grain(IntEnum):
    DAY = 1
    WEEK = 2
    MONTH = 3

    def first_day(self, day: date) -> date:
        """Return the first day of the day, the week (from Monday) or the month that contains ``day``."""
        if self is Grain.WEEK:
            return day - timedelta(days=day.weekday())
        if self is Grain.MONTH:
            return day.replace(day=1)
        return day
