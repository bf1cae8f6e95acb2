"""The rows with the most, or the fewest, visitors, without knowing those of every value.

Fagin's threshold algorithm: values come in the order of a bound of their visitors, and as soon as none of the
remaining ones can be better than the last row that is shown, they need not be looked at.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

MARGIN = 1.06
"""An estimate of many together may lie above the sum of estimates, by what sketches err."""


_STEP = 8
"""So many more are counted at once, at least: each step asks the store once."""


class Candidate(NamedTuple):
    value: str
    bound: int
    """Visitors at most, or at least where the fewest are wanted."""


Count = Callable[[Sequence[str]], Awaitable[dict[str, int]]]
"""Gives how many visitors values really have."""


async def rank_by_threshold(
    candidates: Sequence[Candidate], wanted: int, count: Count, *, is_descending: bool, rest: Candidate | None
) -> list[str] | None:
    """The first ``wanted`` values by visitors, equal ones by value; None where more candidates are needed.

    ``candidates``: in the order of their bounds, the greatest first or last as the rows are; equal ones by value.
    ``rest``: what would come before all other values there are; None: there are no others.
    """
    known: dict[str, int] = {}

    def rank(value: str) -> tuple[int, str]:
        return (-known[value] if is_descending else known[value]), value

    def reached(candidate: Candidate) -> tuple[int, str]:
        """What it comes to at best."""
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
            # Only those that may still be among the first: sketches are dear.
            step = sum(reached(each) <= last for each in candidates[position : position + step])
    return [] if rest is None and not candidates else None
