"""Possible causes of an anomaly: the values that differ most from what is usual on that weekday."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal

import numpy as np

from common.insights import Cause
from common.rollups import RollupDimension
from common.store import Connection, load_queries
from services.worker.insights.anomalies import DetectedAnomaly
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
_MAX_CAUSES = 3
_MIN_SHARE = 0.15
_SQL = load_queries("services.worker.insights")


async def find_causes(connection: Connection, history: History, anomaly: DetectedAnomaly) -> tuple[Cause, ...]:
    """Return the causes, the largest first. A value that changed in the other direction is no cause."""
    before = [day for n in range(1, _WEEKS + 1) if (day := anomaly.day - timedelta(days=WEEK * n)) >= history.first]
    if not before:
        return ()
    causes = []
    for name, dimension in _DIMENSIONS:
        is_page = dimension is RollupDimension.PAGE
        totals = history.series("pageviews" if is_page else "visits").values
        indexes = [(day - history.first).days for day in before]
        difference = totals[(anomaly.day - history.first).days] - float(np.median(totals[indexes]))
        if difference * anomaly.deviation <= 0:
            continue
        query = _SQL.bind(
            "values_that_changed_most",
            site_id=history.site_id,
            dimension=int(dimension),
            day=anomaly.day,
            days_before=before,
            count_pageviews=is_page,
            max_values=_CANDIDATES,
        )
        for row in await connection.fetch(*query):
            # Days without the value have no row.
            usual = float(np.median([*row["before"], *[0] * (len(before) - len(row["before"]))]))
            share = (row["now"] - usual) / difference
            if share >= _MIN_SHARE:
                causes.append(
                    Cause(
                        dimension=name,
                        value=row["value"],
                        count=row["now"],
                        usual=round(usual, 1),
                        share=round(min(1.0, share), 3),
                    )
                )
    return tuple(sorted(causes, key=lambda cause: -cause.share)[:_MAX_CAUSES])
