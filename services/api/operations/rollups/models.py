from datetime import datetime

from services.api.http.models import Output
from services.api.reports.params import DayRange


class RebuildRequest(DayRange):
    """Which days are made anew."""


class RollupState(Output):
    """What of a site is still read from the raw rows, which gives the same numbers, but takes longer."""

    days_to_rebuild: int
    """Days that a correction has put in doubt."""
    days_with_open_exits: int
    """Days whose visits may go on: today, and what an import has just brought."""
    batches_to_compact: int
    """Stored batches whose share is not put together yet."""
    oldest_stale_since: datetime | None
    """Since when the day that waits longest has to be made anew."""
