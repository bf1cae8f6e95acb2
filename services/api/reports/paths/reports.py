"""What is answered about ways through a site."""

from collections.abc import Sequence
from typing import Any

from common.beacon import Kind
from common.store import load_queries
from services.api.reports.compose import Question, of_chosen_visits
from services.api.reports.paths.models import Neighbour, Path, Paths
from services.api.reports.paths.params import PathsQuery
from services.api.reports.repository import StatsRepository
from services.api.reports.selection import Selection, Selections
from services.api.sites.models import Site

_SQL = load_queries(__package__)


class PathService:
    def __init__(self, stats: StatsRepository, selections: Selections) -> None:
        self._stats = stats
        self._selections = selections

    async def paths(self, site: Site, query: PathsQuery) -> Paths:
        """Raises ``InvalidQueryError`` for a filter by a goal that the site does not have."""
        chosen = await self._selections.of(site, query, query.filter)
        found = await self._stats.fetch(question("paths", chosen, query.steps, query.limit))
        beside = await self._stats.fetch(question("neighbours", chosen, query.page, query.limit)) if query.page else []
        return Paths(
            **chosen.heading(),
            visits=chosen.whole(found[0]["all_visits"]) if found else 0,
            total=found[0]["total"] if found else 0,
            paths=tuple(
                Path(pages=row["pages"], visits=chosen.whole(row["visits"]), exits=chosen.whole(row["exits"]))
                for row in found
            ),
            page=query.page,
            previous=_neighbours(chosen, [row for row in beside if row["is_before"]]),
            next=_neighbours(chosen, [row for row in beside if not row["is_before"]]),
        )


def question(name: str, chosen: Selection, *asked: str | int | None) -> Question:
    args: list[Any] = [*chosen.args, Kind.PAGEVIEW.value, *asked]
    of_visits = of_chosen_visits(chosen.filters, args)
    return Question(_SQL[name].format(of_visits=of_visits), args)


def _neighbours(chosen: Selection, rows: Sequence[dict[str, Any]]) -> tuple[Neighbour, ...]:
    return tuple(Neighbour(page=row["page"] or None, views=chosen.whole(row["times"])) for row in rows)
