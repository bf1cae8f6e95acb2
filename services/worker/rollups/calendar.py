"""A site's own clock: which day, and which hour of it, a moment lies in."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_QUARTER_MS = 900_000
_MOST_REMEMBERED = 20_000
_ONE_DAY = timedelta(days=1)


class Calendar:
    """Of one time zone. Clocks all over the world differ by quarters of an hour, so what holds for a moment's
    quarter of an hour holds for the moment.
    """

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self._remembered: dict[int, tuple[date, str]] = {}

    def place(self, ms: int) -> tuple[date, str]:
        """The day, and the UTC moment at which the hour begins, as ``2026-03-29T00:30Z``. ``ms``: epoch."""
        quarter = ms // _QUARTER_MS
        found = self._remembered.get(quarter)
        if found is None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            found = self._remembered[quarter] = self._find(quarter)
        return found

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """The moments (UTC) at which the day begins and is over."""
        return self._midnight(day), self._midnight(day + _ONE_DAY)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)

    def _find(self, quarter: int) -> tuple[date, str]:
        moment = datetime.fromtimestamp(quarter * _QUARTER_MS / 1000, UTC)
        local = moment.astimezone(self._zone)
        begin = moment - timedelta(minutes=local.minute, seconds=local.second)
        return local.date(), f"{begin:%Y-%m-%dT%H:%MZ}"
