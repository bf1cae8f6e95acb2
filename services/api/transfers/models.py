from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from services.api.models import Input, Output
from services.api.stats.params import Day


class Format(StrEnum):
    PARQUET = "parquet"
    JSONL = "jsonl"


class ExportQuery(Input):
    """Which visits, by the day (of the site's calendar) on which they began; and in which format."""

    model_config = ConfigDict(validate_default=True)

    format: Format = Format.PARQUET
    from_: Annotated[Day | None, Field(alias="from")] = None
    """The first day. Left out: from the beginning."""
    to: Day | None = None
    """The last day, included. Left out: until now."""

    @field_validator("to")
    @classmethod
    def _is_not_before(cls, day: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("from_")
        if day is not None and first is not None and day < first:
            raise ValueError("must not lie before from")
        return day


class Imported(Output):
    read: int
    """Rows of the file."""
    stored: int
    """Those that were not there yet; of visits also those that the file knew more of."""


class ImportAnswer(Output):
    visits: Imported
    events: Imported
    erased: int
    """Rows left out because their visitor was erased here, later than they happened."""
    without_visit: int
    """Events left out because they lie in no visit."""
    settings_differ: tuple[str, ...]
    """Settings that the site of the file had otherwise than this one, like its time zone."""
