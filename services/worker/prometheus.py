"""Metrics of the worker, for Prometheus."""

import collections
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from common.beacon import Beacon
from common.outcomes import DEAD, STORED


class WorkerMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._beacons = Counter(
            "pyuniqvisit_worker_beacons",
            "Beacons read from the streams, by outcome",
            ["outcome"],
            registry=registry,
        )
        for outcome in (STORED, DEAD):  # a counter that starts at its first beacon shows no increase
            self._beacons.labels(outcome)
        self._lag = Gauge("pyuniqvisit_worker_lag_seconds", "Age of the newest stored beacon", registry=registry)
        self.batch_seconds = Histogram(
            "pyuniqvisit_worker_batch_duration_seconds",
            "Duration of enriching and storing a batch",
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=registry,
        )
        self.stream_resets = Counter(
            "pyuniqvisit_worker_stream_resets", "Streams found emptied or replaced", registry=registry
        )
        self.missing = Counter(
            "pyuniqvisit_worker_missing_beacons",
            "Beacons missing from the streams",
            registry=registry,
        )
        self.backlog = Gauge(
            "pyuniqvisit_worker_backlog_entries", "Stream entries waiting to be stored", registry=registry
        )

    def count(self, counts: collections.Counter[tuple[int, str]]) -> None:
        for (_, outcome), beacons in counts.items():
            self._beacons.labels(outcome).inc(beacons)

    def note_lag(self, beacons: Sequence[Beacon], now: int) -> None:
        """Set the lag. ``now``: epoch milliseconds. Imported beacons are left out, since their time is long ago."""
        times = [beacon.received_at for beacon in beacons if not beacon.repeatable]
        if times:
            self._lag.set(max(0, now - max(times)) / 1000)
