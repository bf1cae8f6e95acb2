from enum import StrEnum

from services.api.http.models import ResponseModel
from services.api.reports.params import DayRange


class ExportFormat(StrEnum):
    PARQUET = "parquet"
    JSONL = "jsonl"


class ExportQuery(DayRange):
    """Which visits, by the day on which they began; and in which format."""

    format: ExportFormat = ExportFormat.PARQUET


class Imported(ResponseModel):
    read: int
    """Rows of the file."""
    stored: int
    """Those that were not there yet; of visits also those that the file knew more of."""


class ImportAnswer(ResponseModel):
    visits: Imported
    events: Imported
    erased: int
    """Rows left out because their visitor was erased here, later than they happened."""
    without_visit: int
    """Events left out because they lie in no visit."""
    settings_differ: tuple[str, ...]
    """Settings that the site of the file had otherwise than this one, like its time zone."""
