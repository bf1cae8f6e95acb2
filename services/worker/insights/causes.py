"""A first guess why a day was different: what moved most, against what it usually is on that weekday."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, Literal

import numpy as np

from common.insights import Cause
from common.rollups import RollupDimension
from common.store import load_queries
from services.worker.insights.anomalies import Anomaly
from services.worker.insights.history import History
from services.worker.insights.series import WEEK

_Dimension = Literal["source", "country", "page"]
_DIMENSIONS: Final[Sequence[tuple[_Dimension, RollupDimension]]] = (
    ("source", RollupDimension.SOURCE),
    ("country", RollupDimension.COUNTRY),
    ("page", RollupDimension.PAGE),
)
_WEEKS = 8
_CANDIDATES = 30
_TOLD = 3
_SMALLEST_SHARE = 0.15
_SQL = load_queries("services.worker.insights")


async def causes_of(connection: Any, history: History, anomaly: Anomaly) -> tuple[Cause, ...]:
    """The largest first. What moved the other way is no cause."""
    before = [day for n in range(1, _WEEKS + 1) if (day := anomaly.day - timedelta(days=WEEK * n)) >= history.first]
    if not before:
        return ()
    found = []
    for name, dimension in _DIMENSIONS:
        is_page = dimension is RollupDimension.PAGE
        whole = history.series("pageviews" if is_page else "visits").values
        places = [(day - history.first).days for day in before]
        difference = whole[(anomaly.day - history.first).days] - float(np.median(whole[places]))
        if difference * anomaly.deviation <= 0:
            continue
        arguments = (history.site_id, int(dimension), anomaly.day, before, is_page, _CANDIDATES)
        for row in await connection.fetch(_SQL["moved"], *arguments):
            # Days on which the value was not seen have no row.
            usual = float(np.median([*row["before"], *[0] * (len(before) - len(row["before"]))]))
            share = (row["now"] - usual) / difference
            if share >= _SMALLEST_SHARE:
                found.append(
                    Cause(
                        dimension=name,
                        value=row["value"],
                        count=row["now"],
                        usual=round(usual, 1),
                        share=round(min(1.0, share), 3),
                    )
                )
    return tuple(sorted(found, key=lambda cause: -cause.share)[:_TOLD])
