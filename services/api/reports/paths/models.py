from services.api.http.models import ResponseModel
from services.api.reports.models import Report


class Path(ResponseModel):
    pages: tuple[str, ...]
    """From the first one on; a page that was viewed twice in a row is there once."""
    visits: int
    """Visits that began so."""
    exits: int
    """Those of them that ended with the last of these pages."""


class Neighbour(ResponseModel):
    page: str | None
    """null: the visit began here, or ended here."""
    views: int


class Paths(Report):
    visits: int
    """All visits of the selection that have a page view."""
    total: int
    """How many different ways there are."""
    paths: tuple[Path, ...]
    """The most frequent ones first."""
    page: str | None
    """Whose neighbours were asked for."""
    previous: tuple[Neighbour, ...]
    """Where visitors came from to ``page``; the most frequent ones first."""
    next: tuple[Neighbour, ...]
    """Where they went from there."""
