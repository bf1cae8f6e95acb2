from typing import Any

import pytest

from tests.integration.api.signed.device import Device


@pytest.fixture(autouse=True)
async def sites(client: Any, admin: Any) -> None:
    for name in ("example", "other"):
        body = {"name": name, "url": "https://example.com"}
        assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201


@pytest.fixture
async def device(client: Any, admin: Any, clock: Any) -> Device:
    """Its key is one of the site `example`."""
    made = Device.new(clock)
    body = {"name": "phone", "public_key_hex": made.public_hex}
    answer = await client.post("/api/v1/sites/example/keys", json=body, headers=admin.headers)
    assert answer.status == 201
    return made
