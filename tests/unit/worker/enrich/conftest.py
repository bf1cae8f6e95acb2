from collections.abc import Callable
from typing import Any

import pytest

from common.beacon import VERSION, Beacon, Kind
from services.worker.enrich import NullGeo, Pipeline

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

MakeBeacon = Callable[..., Beacon]


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return Pipeline(NullGeo())


@pytest.fixture
def beacon() -> MakeBeacon:
    """Make a page view of a human on example.com; arguments replace its fields."""

    def make(**fields: Any) -> Beacon:
        values: dict[str, Any] = {
            "version": VERSION,
            "id": bytes(16),
            "site_id": 1,
            "received_at": 1_700_000_000_000,
            "kind": Kind.PAGEVIEW,
            "visitor_id": bytes(16),
            "network": "192.0.2.0/24",
            "user_agent": FIREFOX,
            "host": "example.com",
            "path": "/",
        }
        return Beacon(**values | fields)

    return make
