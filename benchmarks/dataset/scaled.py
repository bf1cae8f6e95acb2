"""The rollups of a site many times as large, derived from those of an existing site.

There are only rollups, no visits or events. Every row of the small site has a row here with the same value and day;
its counters are multiplied, and its sketch contains as many times the visitors, generated. A real site of that size
would have a few more rows on quiet days, and visitors who return. That does not change how long a report takes: a
sketch of more than a few hundred visitors has a fixed size and is read in the same time.
"""

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np

from common.metrics import COUNTERS
from common.rollups import RollupDimension, VisitorSketch
from common.rollups.sketch import standard_error
from common.sites import SiteSettings
from common.store import connect, load_queries
from common.store.accounts import create_site

_SQL = load_queries("benchmarks.dataset")
_COLUMNS = ("site_id", "bucket", "dimension", "grain", "value", *COUNTERS, "uniques", "visitors")
_AT_ONCE = 20_000
_ONE_BY_ONE = 1_500
"""Sketches of more visitors than this are drawn from the distribution of their registers."""


async def scale_site(database_url: str, source: str, name: str, times: int) -> None:
    """Create the site ``name`` from the rollups of ``source``, unless it exists."""
    reader, writer = await connect(database_url), await connect(database_url)
    try:
        found = await reader.fetchrow(_SQL["site"], source)
        assert found is not None
        site = SiteSettings(name, "https://shop.example/", timezone=found["timezone"])
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
        sketch_of(RollupDimension(dimension), visitors, chance) if visitors else None,
    )  # fmt: skip


def sketch_of(dimension: RollupDimension, visitors: int, chance: np.random.Generator) -> bytes:
    """Return a sketch of ``visitors`` generated visitors, in the stored form."""
    sketch = VisitorSketch(dimension)
    if visitors <= _ONE_BY_ONE:
        sketch.add(chance.bytes(8 * visitors))
    else:
        sketch.merge(_many(round(math.log2((1.04 / standard_error(dimension)) ** 2)), visitors, chance))
    return sketch.dump()


def _many(lg_k: int, visitors: int, chance: np.random.Generator) -> bytes:
    """Return an HLL_8 sketch whose registers are distributed as after ``visitors`` random hashes.

    Each register has the maximum of about ``visitors / k`` geometric numbers.
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
