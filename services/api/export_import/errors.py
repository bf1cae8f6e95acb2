from services.api.http.errors import ApiError, InvalidField


class NotAnExportError(ApiError):
    """The file is no export, one of a version that is not known, or damaged."""


class WrongRowError(ApiError):
    """A row of the file cannot be kept. None after it was looked at."""

    def __init__(self, number: int, field: str, detail: str) -> None:
        """``number``: of the line in JSON lines (the first line is 1); of the row in Parquet (the first row is 1)."""
        self.number, self.field, self.reason = number, field, detail
        place = f"row {number}" + (f", {field}" if field else "")
        super().__init__(
            f"{place}: {detail}", fields=(InvalidField(f"{number}.{field}" if field else str(number), detail),)
        )


class IncompleteFileError(ApiError):
    """The file has fewer or more rows than it says."""


class TooManyTransfersError(ApiError):
    """As many exports, or imports, as may run at the same time are running."""
