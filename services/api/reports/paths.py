"""Paths: the first pages of visits, and the pages before and after a page."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from common.beacon import Kind
from common.store import load_queries
from services.api.http.models import ResponseModel
from services.api.reports.compose import Statement, of_chosen_visits
from services.api.reports.models import Report
from services.api.reports.params import FilteredQuery
from services.api.reports.raw_reader import RawReader
from services.api.reports.selection import Selection, SelectionBuilder
from services.api.sites.models import Site


class VisitPath(ResponseModel):
    pages: tuple[str, ...]
    """The first pages of the visit; a page viewed twice in a row is listed once."""
    visits: int
    """Visits that started with these pages."""
    exits: int
    """Visits of these that ended on the last of these pages."""


class NeighborPage(ResponseModel):
    page: str | None
    """null if the visit started or ended here."""
    views: int


class Paths(Report):
    visits: int
    """All visits of the selection with a page view."""
    total: int
    """Number of different paths."""
    paths: tuple[VisitPath, ...]
    """Most frequent first."""
    page: str | None
    """The page of ``previous`` and ``next``."""
    previous: tuple[NeighborPage, ...]
    """Pages viewed before ``page``, most frequent first."""
    next: tuple[NeighborPage, ...]
    """Pages viewed after ``page``, most frequent first."""


MAX_PAGES = 10
MAX_PATHS = 500
MAX_PAGE = 500


class PathsQuery(FilteredQuery):
    steps: Annotated[int, Field(ge=1, le=MAX_PAGES)] = 4
    """Number of pages of each visit, from the first one on."""
    limit: Annotated[int, Field(ge=1, le=MAX_PATHS)] = 20
    page: Annotated[str | None, Field(min_length=1, max_length=MAX_PAGE)] = None
    """Also return the pages before and after this one."""


_SQL = load_queries(__package__)


class PathService:
    def __init__(self, stats: RawReader, selections: SelectionBuilder) -> None:
        self._stats = stats
        self._selections = selections

    async def paths(self, site: Site, query: PathsQuery) -> Paths:
        """Raises ``InvalidQueryError`` for a filter by an unknown goal."""
        selection = await self._selections.of(site, query, query.filter)
        found = await self._stats.fetch(question("paths", selection, query.steps, query.limit))
        neighbors = (
            await self._stats.fetch(question("neighbors", selection, query.page, query.limit)) if query.page else []
        )
        return Paths(
            **selection.heading(),
            visits=selection.scaled_up(found[0]["all_visits"]) if found else 0,
            total=found[0]["total"] if found else 0,
            paths=tuple(
                VisitPath(
                    pages=row["pages"],
                    visits=selection.scaled_up(row["visits"]),
                    exits=selection.scaled_up(row["exits"]),
                )
                for row in found
            ),
            page=query.page,
            previous=_neighbors(selection, [row for row in neighbors if row["is_before"]]),
            next=_neighbors(selection, [row for row in neighbors if not row["is_before"]]),
        )


def question(name: str, selection: Selection, *asked: str | int | None) -> Statement:
    args: list[Any] = [*selection.args, Kind.PAGEVIEW.value, *asked]
    of_visits = of_chosen_visits(selection.filters, args)
    return Statement(_SQL[name].format(of_visits=of_visits), args)


def _neighbors(selection: Selection, rows: Sequence[dict[str, Any]]) -> tuple[NeighborPage, ...]:
    return tuple(NeighborPage(page=row["page"] or None, views=selection.scaled_up(row["times"])) for row in rows)
