"""Expired and deleted data stays in the append-only file of Redis for at most a day."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from common.clock import system_clock, utc
from common.salts import SaltStore
from services.worker.deletion.redis_log import rewrite_logs
from tests.support.beacons import NOON
from tests.support.valkeys import TcpValkey, running
from tests.support.waiting import until

DAY = 24 * 60 * 60 * 1000
LOGGED = ("--appendonly", "yes", "--appendfsync", "always")
"""Every command is written to the file before its response."""
SALT = b"the salt of a day in the past..."


def written(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in (folder / "appendonlydir").iterdir())


async def rewritten(redis: Redis) -> None:
    async def is_finished() -> bool:
        info = await redis.info("persistence")
        return not (info["aof_rewrite_in_progress"] or info["aof_rewrite_scheduled"])

    await until(is_finished)


async def test_expired_salt_and_stored_beacon_are_removed_from_disk(tmp_path):
    with running(server := TcpValkey(tmp_path / "valkey", *LOGGED)):
        async with Redis.from_url(server.url) as redis:
            # The server uses its own clock, and would expire the salt of an earlier day at once.
            today = utc(system_clock()).date()
            await SaltStore(redis, lambda _: SALT).day(today)
            beacon = await redis.xadd("beacons:0", {"b": "a beacon"})
            await redis.delete(f"salts:day:{today}")
            await redis.xdel("beacons:0", beacon)
            assert SALT in written(tmp_path / "valkey"), "the file still contains deleted data"
            assert await rewrite_logs([redis], lambda: NOON) == 1
            await rewritten(redis)
            assert SALT not in written(tmp_path / "valkey")
            assert b"a beacon" not in written(tmp_path / "valkey")


async def test_log_is_rewritten_once_a_day_by_any_worker(tmp_path):
    with running(server := TcpValkey(tmp_path / "valkey", "--appendonly", "yes")):
        async with Redis.from_url(server.url) as redis, Redis.from_url(server.url) as the_same:
            started = []
            for now in (NOON, NOON + 3_600_000, NOON + DAY):
                started.append(await rewrite_logs([redis, the_same], lambda now=now: now))
                await rewritten(redis)
            assert started == [1, 0, 1]


@pytest.mark.parametrize(
    "options",
    [("--appendonly", "no"), ("--appendonly", "yes", "--rename-command", "BGREWRITEAOF", "")],
)
async def test_server_without_log_or_permission_is_not_changed(tmp_path, options):
    with running(server := TcpValkey(tmp_path / "valkey", *options)):
        async with Redis.from_url(server.url) as redis:
            assert await rewrite_logs([redis], lambda: NOON) == 0
            assert await redis.keys("*") == []
            assert (await redis.info("persistence"))["aof_enabled"] == (options[1] == "yes")


async def test_unavailable_server_does_not_prevent_rewrite_of_others(tmp_path):
    unavailable = TcpValkey(tmp_path / "unavailable")
    with running(server := TcpValkey(tmp_path / "valkey", "--appendonly", "yes")):
        async with Redis.from_url(unavailable.url) as failing, Redis.from_url(server.url) as redis:
            assert await rewrite_logs([failing, redis], lambda: NOON) == 1
