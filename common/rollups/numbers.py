"""The numbers by which the store knows dimensions and grains. They are data in every install: never change one."""

from datetime import date, timedelta
from enum import IntEnum


class Rolled(IntEnum):
    """What is counted in advance.

    TOTAL has the one value ''. HOUR's values are UTC moments at which an hour of the site's clock begins, as
    ``2026-03-29T00:30Z``; it has days only. Visits, bounces and durations of a PAGE are those of the visits that
    began on it; an EXIT has nothing but visits, bounces, durations and visitors.
    """

    TOTAL = 0
    HOUR = 1
    PAGE = 2
    ENTRY = 3
    EXIT = 4
    HOSTNAME = 5
    REFERRER = 6
    SOURCE = 7
    CHANNEL = 8
    UTM_SOURCE = 9
    UTM_MEDIUM = 10
    UTM_CAMPAIGN = 11
    UTM_TERM = 12
    UTM_CONTENT = 13
    COUNTRY = 14
    REGION = 15
    CITY = 16
    BROWSER = 17
    BROWSER_VERSION = 18
    OS = 19
    OS_VERSION = 20
    DEVICE = 21
    SCREEN = 22
    LANGUAGE = 23
    EVENT = 24
    LINK = 25


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
