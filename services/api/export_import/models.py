"""Query, response and errors of exports and imports."""

from enum import StrEnum

from services.api.http.errors import ApiError, InvalidField
from services.api.http.models import ResponseModel
from services.api.reports.params import DayRange


class ExportFormat(StrEnum):
    PARQUET = "parquet"
    JSONL = "jsonl"


class ExportQuery(DayRange):
    """The file format, and the days on which the exported visits started."""

    format: ExportFormat = ExportFormat.PARQUET


class ImportedRows(ResponseModel):
    read: int
    """Rows in the file."""
    stored: int
    """Rows that were new. For visits, also those of which the file had later events."""


class ImportResponse(ResponseModel):
    visits: ImportedRows
    events: ImportedRows
    erased: int
    """Rows skipped because their visitor was erased on this install after they happened."""
    without_visit: int
    """Events skipped because they belong to no visit."""
    settings_differ: tuple[str, ...]
    """Settings that differ between the exported site and this one, such as the time zone."""


class NotAnExportError(ApiError):
    """The file is no export, has an unknown version, or is damaged."""


class WrongRowError(ApiError):
    """A row of the file cannot be stored. The rows after it were not read."""

    def __init__(self, number: int, field: str, detail: str) -> None:
        """``number``: of the line in JSON lines (the first line is 1); of the row in Parquet (the first row is 1)."""
        self.number, self.field, self.reason = number, field, detail
        place = f"row {number}" + (f", {field}" if field else "")
        super().__init__(
            f"{place}: {detail}", fields=(InvalidField(f"{number}.{field}" if field else str(number), detail),)
        )


class IncompleteFileError(ApiError):
    """The number of rows differs from the number in the file's header."""


class TooManyTransfersError(ApiError):
    """The maximum number of simultaneous exports, or imports, is running."""
