"""Short ways to make beacons for tests."""

from collections.abc import Callable
from itertools import count

from common.beacon import VERSION, Beacon, Kind
from common.ids import uuid7

NOON = 1_795_348_800_000
"""2026-11-22 12:00 UTC, in epoch milliseconds."""
MINUTE = 60_000

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


def visitor(name: str) -> bytes:
    """Return the id of the visitor called ``name``."""
    return name.encode().ljust(16, b"\0")


def beacon_maker() -> Callable[..., Beacon]:
    """Return a function that makes beacons with unique ids; by default a page view at noon."""
    numbers = count(1)

    def make(at: int = NOON, who: str = "anna", kind: Kind = Kind.PAGEVIEW, path: str = "/", **more: object) -> Beacon:
        values: dict[str, object] = {
            "version": VERSION,
            "id": uuid7(at, next(numbers).to_bytes(10, "big")),
            "site_id": 1,
            "received_at": at,
            "kind": kind,
            "visitor_id": visitor(who),
            "network": "81.2.69.0/24",
            "user_agent": CHROME,
            "host": "shop.example",
            "path": path,
        }
        return Beacon(**(values | more))  # type: ignore[arg-type]

    return make
