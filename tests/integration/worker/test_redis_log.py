"""What Redis has forgotten is in its append-only file no longer than a day."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from common.clock import system_clock, utc
from common.salts import SaltStore
from services.worker.retention.redis_log import rewrite_logs
from tests.support.beacons import NOON
from tests.support.valkeys import TcpValkey, running
from tests.support.waiting import until

DAY = 24 * 60 * 60 * 1000
LOGGED = ("--appendonly", "yes", "--appendfsync", "always")
"""What was answered is in the file."""
SALT = b"the salt of a day that is over.."


def written(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in (folder / "appendonlydir").iterdir())


async def rewritten(redis: Redis) -> None:
    async def is_over() -> bool:
        info = await redis.info("persistence")
        return not (info["aof_rewrite_in_progress"] or info["aof_rewrite_scheduled"])

    await until(is_over)


async def test_a_salt_that_expired_and_a_beacon_that_was_stored_are_gone_from_the_disk(tmp_path):
    with running(server := TcpValkey(tmp_path / "valkey", *LOGGED)):
        async with Redis.from_url(server.url) as redis:
            # The server goes by its own clock, and would drop the salt of an earlier day at once.
            today = utc(system_clock()).date()
            await SaltStore(redis, lambda _: SALT).day(today)
            beacon = await redis.xadd("beacons:0", {"b": "a beacon"})
            await redis.delete(f"salts:day:{today}")
            await redis.xdel("beacons:0", beacon)
            assert SALT in written(tmp_path / "valkey"), "as it would be for years"
            assert await rewrite_logs([redis], lambda: NOON) == 1
            await rewritten(redis)
            assert SALT not in written(tmp_path / "valkey")
            assert b"a beacon" not in written(tmp_path / "valkey")


async def test_it_is_done_once_a_day_whoever_comes_first(tmp_path):
    with running(server := TcpValkey(tmp_path / "valkey", "--appendonly", "yes")):
        async with Redis.from_url(server.url) as redis, Redis.from_url(server.url) as the_same:
            begun = []
            for now in (NOON, NOON + 3_600_000, NOON + DAY):
                begun.append(await rewrite_logs([redis, the_same], lambda now=now: now))
                await rewritten(redis)
            assert begun == [1, 0, 1]


@pytest.mark.parametrize(
    "options",
    [("--appendonly", "no"), ("--appendonly", "yes", "--rename-command", "BGREWRITEAOF", "")],
)
async def test_a_server_without_a_log_or_that_refuses_is_left_alone(tmp_path, options):
    with running(server := TcpValkey(tmp_path / "valkey", *options)):
        async with Redis.from_url(server.url) as redis:
            assert await rewrite_logs([redis], lambda: NOON) == 0
            assert await redis.keys("*") == []
            assert (await redis.info("persistence"))["aof_enabled"] == (options[1] == "yes")


async def test_a_server_that_is_away_does_not_keep_the_others_from_it(tmp_path):
    away = TcpValkey(tmp_path / "away")
    with running(server := TcpValkey(tmp_path / "valkey", "--appendonly", "yes")):
        async with Redis.from_url(away.url) as gone, Redis.from_url(server.url) as redis:
            assert await rewrite_logs([gone, redis], lambda: NOON) == 1
