from datetime import datetime

from services.api.http.models import ResponseModel


class Deletion(ResponseModel):
    """A site that is being deleted, or was. Its name is free again when it is finished."""

    name: str
    requested_at: datetime
    rows_total: int | None
    """Rows that the store has of the site; null until they are counted."""
    rows_deleted: int
    finished_at: datetime | None


class DeletionList(ResponseModel):
    deletions: tuple[Deletion, ...]
    """The latest first."""
