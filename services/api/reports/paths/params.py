from typing import Annotated

from pydantic import Field

from services.api.reports.params import StatsQuery

MAX_PAGES = 10
MAX_PATHS = 500
MAX_PAGE = 500


class PathsQuery(StatsQuery):
    steps: Annotated[int, Field(ge=1, le=MAX_PAGES)] = 4
    """So many pages of each visit, from the first one on."""
    limit: Annotated[int, Field(ge=1, le=MAX_PATHS)] = 20
    page: Annotated[str | None, Field(min_length=1, max_length=MAX_PAGE)] = None
    """Also show which pages come before and after this one."""
