"""The numbers by which the store knows dimensions and grains. They are data in every install: never change one."""

from datetime import date, timedelta
from enum import UNIQUE, IntEnum, verify

from common.visits import VISIT_DIMENSIONS


@verify(UNIQUE)
class Rolled(IntEnum):
    """What is counted in advance: everything, and each dimension of ``common.visits`` and of events.

    TOTAL has the one value ''. HOUR's values are UTC moments at which an hour of the site's clock begins, as
    ``2026-03-29T00:30Z``; it has days only. Visits, bounces and durations of a PAGE are those of the visits that
    began on it; an EXIT has nothing but visits, bounces, durations and visitors.
    """

    TOTAL = 0
    HOUR = 1
    PAGE = 2
    EVENT = 24
    LINK = 25
    vars().update({dimension.name.upper(): dimension.rollup for dimension in VISIT_DIMENSIONS})

    # For type checkers: members of the table that code names.
    ENTRY: "Rolled"
    EXIT: "Rolled"
    SOURCE: "Rolled"
    COUNTRY: "Rolled"


class Grain(IntEnum):
    DAY = 1
    WEEK = 2
    MONTH = 3

    def first_day(self, day: date) -> date:
        """Of the day, the week (from Monday) or the month that ``day`` lies in."""
        if self is Grain.WEEK:
            return day - timedelta(days=day.weekday())
        if self is Grain.MONTH:
            return day.replace(day=1)
        return day
