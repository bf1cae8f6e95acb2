"""The rollups of a site many times as large, made from those of a site that is there.

Nothing but rollups: no visits or events lie behind them. Every row of the small site has a row here, with the same
value and day; its counters are multiplied, and its sketch holds as many times the visitors, made up. A site that
really was so much larger would have a few more rows on quiet days, and its visitors would come back: for how long a
report takes that is nothing, since a sketch beyond a few hundred visitors has the same size and is read in the same
time whoever is in it.
"""

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np

from common.rollups import Rolled, VisitorSketch
from common.rollups.sketch import standard_error
from common.store import connect, load_queries
from common.store.accounts import NewSite, create_site

_SQL = load_queries("benchmarks.dataset")
_COUNTERS = (
    "visits", "bounces", "duration_ms", "pageviews", "events", "clicks", "engaged_ms", "leaves", "scroll",
)  # fmt: skip
_COLUMNS = ("site_id", "bucket", "dimension", "grain", "value", *_COUNTERS, "uniques", "visitors")
_AT_ONCE = 20_000
_ONE_BY_ONE = 1_500
"""More visitors than this are put into a sketch by the law of large numbers."""


async def scale_site(database_url: str, source: str, name: str, times: int) -> None:
    """Makes the site ``name`` from the rollups of ``source``; nothing happens where it is there."""
    reader, writer = await connect(database_url), await connect(database_url)
    try:
        found = await reader.fetchrow(_SQL["site"], source)
        assert found is not None
        site = NewSite(name, "https://shop.example/", timezone=found["timezone"])
        async with writer.transaction(), reader.transaction():
            site_id = await create_site(writer, site, datetime(2020, 1, 1, tzinfo=UTC))
            if site_id is None:
                return
            chance = np.random.default_rng(7)
            cursor = await reader.cursor(_SQL["rollups_of"], found["id"])
            while rows := await cursor.fetch(_AT_ONCE):
                records = [_scaled(row, site_id, times, chance) for row in rows]
                await writer.copy_records_to_table("rollups", columns=_COLUMNS, records=records)
        await writer.execute(_SQL["vacuum_rollups"], timeout=None)
    finally:
        await reader.close()
        await writer.close()


def _scaled(row: Any, site_id: int, times: int, chance: np.random.Generator) -> tuple[Any, ...]:
    bucket, dimension, grain, value, uniques, *counts = row
    visitors = uniques * times
    return (
        site_id, bucket, dimension, grain, value, *(count * times for count in counts), visitors,
        sketch_of(Rolled(dimension), visitors, chance) if visitors else None,
    )  # fmt: skip


def sketch_of(dimension: Rolled, visitors: int, chance: np.random.Generator) -> bytes:
    """A sketch of as many made-up visitors, as the store keeps it."""
    sketch = VisitorSketch(dimension)
    if visitors <= _ONE_BY_ONE:
        sketch.add(chance.bytes(8 * visitors))
    else:
        sketch.merge(_many(round(math.log2((1.04 / standard_error(dimension)) ** 2)), visitors, chance))
    return sketch.dump()


def _many(lg_k: int, visitors: int, chance: np.random.Generator) -> bytes:
    """A sketch of HLL_8 form, its registers drawn as ``visitors`` random hashes would leave them.

    Each register holds the greatest of about ``visitors / k`` geometric numbers.
    """
    count = 1 << lg_k
    load = visitors / count
    draws = chance.random(count)
    registers = np.clip(np.ceil(np.log2(load / -np.log(draws))), 0, 60).astype(np.uint8)
    halves = 2.0 ** -registers.astype(np.float64)
    low = registers < 32
    out_of_order, mode = 16, 2 | 2 << 2
    return b"".join(
        (
            bytes((10, 1, 7, lg_k, 0, out_of_order, 0, mode)),
            np.array([visitors, halves[low].sum(), halves[~low].sum()], dtype="<f8").tobytes(),
            np.array([(registers == 0).sum(), 0], dtype="<i4").tobytes(),
            registers.tobytes(),
        )
    )
