from datetime import date, datetime
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from services.api.models import Input, Output
from services.api.stats.params import Day


class RebuildRequest(Input):
    """Days of the site's calendar, both included. Left out: from the first, to today."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None

    @field_validator("to")
    @classmethod
    def _is_not_before(cls, day: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("from_")
        if first is not None and day is not None and day < first:
            raise ValueError("must not lie before from")
        return day


class RollupState(Output):
    """What of a site is still read from the raw rows, which gives the same numbers, but takes longer."""

    days_to_rebuild: int
    """Days that a correction has put in doubt."""
    days_with_open_exits: int
    """Days whose visits may go on: today, and what an import has just brought."""
    batches_to_compact: int
    """Stored batches whose share is not put together yet."""
    oldest_mark: datetime | None
    """Since when the day that waits longest has to be made anew."""
