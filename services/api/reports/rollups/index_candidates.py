"""Candidates for the values with the most visitors in a range: those with the most in each of its buckets.

An index has the values of a bucket by visitors, so reading the first ones is cheap, however many there are. A value
that is not among the first of any bucket has at most as many visitors as the last ones of all buckets together: if a
shown row has more, the other values need not be read. Exact column segments may replace this, and the threshold
algorithm with it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from common.store import Connection, load_queries
from services.api.reports.rollups.threshold import Candidate

_INDEX_CANDIDATES = load_queries(__package__)["index_candidates"]
_SECONDS = 60
_IN_NO_INDEX = 19
"""Visitors that a value can have in a bucket without being in the index."""


class IndexCandidates(NamedTuple):
    candidates: list[Candidate]
    """Greatest bounds first, ties by value."""
    seen: list[int]
    """Visitors of each value in the buckets that list it, descending."""
    rest: int
    """Maximum of visitors of any other value."""
    is_whole: bool
    """Whether these are all values: reading more from each bucket gives the same."""

    def may_suffice(self, wanted: int) -> bool:
        """Whether counting is worthwhile: ``wanted`` values seem to have more visitors than any other."""
        return len(self.seen) >= wanted and self.seen[wanted - 1] > self.rest


async def read_index_candidates(
    connection: Connection, arguments: Sequence[Any], raw: Mapping[str, int], many: int
) -> IndexCandidates:
    """Read the candidates of one range.

    ``arguments``: of the range, as ``CoveredDays`` gives them. ``raw``: visitors of each value on days outside the
    buckets. ``many``: the number of values that are read from each bucket.
    """
    site_id, dimension, grains, firsts, _, first, last, stale, _ = arguments
    asked = (site_id, dimension, grains, firsts, first, last, stale, many)
    rows = await connection.fetch(_INDEX_CANDIDATES, *asked, timeout=_SECONDS)
    return index_candidates_of([(row["place"], row["value"], row["visitors"]) for row in rows], len(grains), raw, many)


def index_candidates_of(
    rows: Sequence[tuple[int, str, int]], buckets: int, raw: Mapping[str, int], many: int
) -> IndexCandidates:
    """Combine the first rows of each bucket.

    ``rows``: number of the bucket, or 0 for deltas; value; visitors. At most ``many`` for each bucket.
    """
    read, fewest = Counter(place for place, _, _ in rows), dict[int, int]()
    for place, _, visitors in rows:
        fewest[place] = min(visitors, fewest.get(place, visitors))
    # Maximum of visitors of a value in a bucket that does not list it.
    unnamed = {
        place: fewest[place] if read[place] == many else (_IN_NO_INDEX if place else 0) for place in range(buckets + 1)
    }
    rest = sum(unnamed.values())
    seen, known = Counter[str](), Counter[str]()
    for place, value, visitors in rows:
        seen[value] += visitors
        known[value] += unnamed[place]
    for value, visitors in raw.items():
        seen[value] += visitors
    bounds = {value: visitors + rest - known[value] for value, visitors in seen.items()}
    candidates = sorted((Candidate(*each) for each in bounds.items()), key=lambda each: (-each.bound, each.value))
    is_whole = max(read.values(), default=0) < many
    return IndexCandidates(candidates, sorted(seen.values(), reverse=True), rest, is_whole)
