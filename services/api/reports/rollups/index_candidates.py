"""The values with the most visitors of a range, from those with the most in each of its buckets.

An index has the values of a bucket by their visitors, so the first ones cost nothing, however many there are. What
is not among the first of any bucket has at most as many visitors as the last of them together: if a row that is
shown has more, nobody need look at the others.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from common.store import Connection, load_queries
from services.api.reports.rollups.threshold import Candidate

_INDEX_CANDIDATES = load_queries(__package__)["index_candidates"]
_SECONDS = 60
_IN_NO_INDEX = 19
"""Visitors that a value may have in a bucket without being in the index."""


class IndexCandidates(NamedTuple):
    candidates: list[Candidate]
    """The greatest bounds first, equal ones by value."""
    seen: list[int]
    """Visitors that the buckets named, added up; the greatest first."""
    rest: int
    """Visitors that any other value has at most."""
    is_whole: bool
    """Whether there are no more: asking for more of each bucket gives the same."""

    def may_suffice(self, wanted: int) -> bool:
        """Whether it is worth while to count: as far as can be seen, so many have more than any other value."""
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
    """``rows``: place of the bucket, or 0 for the deltas; value; visitors. At most ``many`` for each place."""
    read, fewest = Counter(place for place, _, _ in rows), dict[int, int]()
    for place, _, visitors in rows:
        fewest[place] = min(visitors, fewest.get(place, visitors))
    # What a value has at most in a bucket that does not name it.
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
