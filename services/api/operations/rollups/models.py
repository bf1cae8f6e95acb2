from datetime import datetime

from services.api.http.models import ResponseModel
from services.api.reports.params import DayRange


class RebuildRequest(DayRange):
    """The days to rebuild."""


class RollupState(ResponseModel):
    """What is read from raw rows instead of rollups: the numbers are the same, but take longer."""

    days_to_rebuild: int
    """Days whose rollups are stale."""
    days_with_open_exits: int
    """Days whose visits may continue: today, and days of a recent import."""
    batches_to_compact: int
    """Stored batches whose rollup deltas are not merged yet."""
    oldest_stale_since: datetime | None
    """Since when the oldest stale day waits for its rebuild."""
