"""The calendar of a site: the day and the hour of a time, in the site's time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_QUARTER_MS = 900_000
_CACHE_SIZE = 20_000
_ONE_DAY = timedelta(days=1)


class Calendar:
    """Converts times for one time zone.

    Clocks differ by quarters of an hour all over the world, so all times in a quarter of an hour share a cached result.
    """

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self._cache: dict[int, tuple[date, str]] = {}

    def day_and_hour(self, ms: int) -> tuple[date, str]:
        """Return the day, and the UTC time at which the hour begins, as ``2026-03-29T00:30Z``.

        ``ms``: epoch milliseconds.
        """
        quarter = ms // _QUARTER_MS
        found = self._cache.get(quarter)
        if found is None:
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            found = self._cache[quarter] = self._find(quarter)
        return found

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """Return the UTC times at which the day begins and ends."""
        return self._midnight(day), self._midnight(day + _ONE_DAY)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)

    def _find(self, quarter: int) -> tuple[date, str]:
        moment = datetime.fromtimestamp(quarter * _QUARTER_MS / 1000, UTC)
        local = moment.astimezone(self._zone)
        begin = moment - timedelta(minutes=local.minute, seconds=local.second)
        return local.date(), f"{begin:%Y-%m-%dT%H:%MZ}"
