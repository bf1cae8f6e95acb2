"""Sketches and hashes of visitors put together: how many different ones there were."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from common.rollups import RollupDimension, VisitorSketch

_MANY = 200
"""Sketches that take as long to unite as other requests may be kept waiting: a millisecond or two."""

Key = TypeVar("Key")


class Seen(NamedTuple):
    """Who was seen in a bucket: a sketch as it is stored, or hashes of visitors one after another."""

    visitors: bytes
    is_sketch: bool


class Estimate(NamedTuple):
    visitors: int
    is_exact: bool


async def merged(dimension: RollupDimension, seen: Mapping[Key, Sequence[Seen]]) -> dict[Key, Estimate]:
    """For each key, how many different visitors. Many sketches are merged in a thread."""
    if sum(map(len, seen.values())) <= _MANY:
        return _united(dimension, seen)
    return await asyncio.to_thread(_united, dimension, seen)


def _united(dimension: RollupDimension, seen: Mapping[Key, Sequence[Seen]]) -> dict[Key, Estimate]:
    return {key: _estimate(dimension, each) for key, each in seen.items()}


def _estimate(dimension: RollupDimension, seen: Iterable[Seen]) -> Estimate:
    sketch = VisitorSketch(dimension)
    for visitors, is_sketch in seen:
        if is_sketch:
            sketch.merge(visitors)
        else:
            sketch.add(visitors)
    return Estimate(sketch.estimate, sketch.is_exact)
