"""The collector's metrics."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from services.collector.rejection_reasons import RejectionReason


class CollectorMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        beacons = Counter("pyuniqvisit_collector_beacons", "Beacons by outcome", ["outcome"], registry=registry)
        self.accepted = beacons.labels("accepted")
        self.rejected = {reason: beacons.labels(reason.value) for reason in RejectionReason}
        self.flush_beacons = Histogram(
            "pyuniqvisit_collector_flush_beacons",
            "Beacons stored by one flush",
            buckets=(1, 4, 16, 64, 256, 1024, 4096),
            registry=registry,
        )
        self.flush_seconds = Histogram(
            "pyuniqvisit_collector_flush_duration_seconds",
            "Duration of a flush",
            buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1),
            registry=registry,
        )
        self.flush_failures = Counter("pyuniqvisit_collector_flush_failures", "Failed flushes", registry=registry)
        self.spooled = Counter(
            "pyuniqvisit_collector_spooled_beacons",
            "Beacons written to the spool because Redis was unavailable",
            registry=registry,
        )
        self.replayed = Counter(
            "pyuniqvisit_collector_replayed_beacons", "Beacons replayed from the spool", registry=registry
        )
