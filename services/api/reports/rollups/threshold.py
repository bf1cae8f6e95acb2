"""The values with the most, or the fewest, visitors, without counting the visitors of every value.

Fagin's threshold algorithm: values are read in the order of a bound of their visitors. As soon as no remaining value
can rank above the last shown row, the rest is skipped. Exact column segments may replace it.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

MARGIN = 1.06
"""An estimate of a union can exceed the sum of estimates by the error of sketches."""


_STEP = 8
"""Minimum number of values per step; each step runs one statement."""


class Candidate(NamedTuple):
    value: str
    bound: int
    """Maximum of visitors, or minimum where the fewest are requested."""


Count = Callable[[Sequence[str]], Awaitable[dict[str, int]]]
"""Counts the visitors of values."""


async def rank_by_threshold(
    candidates: Sequence[Candidate], wanted: int, count: Count, *, is_descending: bool, rest: Candidate | None
) -> list[str] | None:
    """Return the first ``wanted`` values by visitors, ties by value; None if more candidates are needed.

    ``candidates``: by bound, in the direction of the rows, ties by value. ``rest``: a bound for all other values; None
    if there are no others.
    """
    known: dict[str, int] = {}

    def rank(value: str) -> tuple[int, str]:
        return (-known[value] if is_descending else known[value]), value

    def reached(candidate: Candidate) -> tuple[int, str]:
        """Return the best possible rank."""
        return (-round(candidate.bound * MARGIN), "") if is_descending else (candidate.bound, candidate.value)

    position, step = 0, wanted
    while position < len(candidates):
        known |= await count([each.value for each in candidates[position : position + step]])
        position += step
        best = sorted(known, key=rank)[:wanted]
        following = candidates[position] if position < len(candidates) else rest
        if following is None:
            return best
        step = max(_STEP, wanted // 2)
        if len(best) == wanted:
            last = rank(best[-1])
            if last < reached(following):
                return best
            # Only those that can still rank among the first, since merging sketches is expensive.
            step = sum(reached(each) <= last for each in candidates[position : position + step])
    return [] if rest is None and not candidates else None
