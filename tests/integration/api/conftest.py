"""The API as a client sees it, on real servers, with a clock that moves only when a test moves it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from common.config import Settings
from services.api.app import create_app
from tests.integration.api.people import User, add_user

# Far ahead, so that what Redis is to forget two days later is not already past for its own clock.
NOW = datetime(2046, 11, 22, 12, 30, tzinfo=UTC)


class StillClock:
    """Epoch milliseconds that pass only when a test advances them."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> int:
        return int(self.now.timestamp() * 1000)

    def forward(self, span: timedelta) -> None:
        self.now += span


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOW)


@pytest.fixture
def web_dir(tmp_path: Path) -> Path:
    """Where a test may put a web build; nothing is built."""
    return tmp_path / "dist"


@pytest.fixture
def api_settings(settings: Settings, web_dir: Path) -> Settings:
    return settings.model_copy(update={"web_dir": web_dir, "api": settings.api.model_copy(update={"demo": True})})


@pytest.fixture
async def client(api_settings: Settings, clock: StillClock, redis: Any) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(create_app(api_settings, clock))) as opened:
        yield opened


@pytest.fixture
async def admin(pool: Any, client: Any, clock: StillClock, api_settings: Settings) -> User:
    return await add_user(pool, "ada", api_settings, clock, is_admin=True)


@pytest.fixture
async def reader(pool: Any, client: Any, clock: StillClock, api_settings: Settings) -> User:
    """A user who is no administrator and sees no site yet."""
    return await add_user(pool, "rob", api_settings, clock)
