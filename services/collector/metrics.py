"""What the collector counts."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from services.collector.refusals import Refusal


class CollectorMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        beacons = Counter("collector_beacons", "Beacons by what became of them", ["outcome"], registry=registry)
        self.accepted = beacons.labels("accepted")
        self.refused = {refusal: beacons.labels(refusal.value) for refusal in Refusal}
        self.flush_beacons = Histogram(
            "collector_flush_beacons",
            "Beacons that one flush made durable",
            buckets=(1, 4, 16, 64, 256, 1024, 4096),
            registry=registry,
        )
        self.flush_seconds = Histogram(
            "collector_flush_seconds",
            "How long a flush took",
            buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1),
            registry=registry,
        )
        self.flush_failures = Counter("collector_flush_failures", "Flushes that failed", registry=registry)
        self.spooled = Counter(
            "collector_spooled_beacons",
            "Beacons that were kept on disk because Redis did not take them",
            registry=registry,
        )
        self.replayed = Counter(
            "collector_replayed_beacons", "Beacons from the disk that Redis took later", registry=registry
        )
