"""Streams on several servers and behind Sentinel, and warnings about servers that may lose beacons."""

from pathlib import Path

import pytest
from redis.exceptions import RedisError

from common.beacon import encode_beacon
from common.config import ConfigError, Settings
from common.connections import close_streams, connect_redis, connect_streams
from common.persistence import persistence_problem
from common.streams import StreamReader, StreamWriter, make_flush
from services.worker.app import open_worker
from tests.support.beacons import NOON, beacon_maker
from tests.support.servers import settings_for
from tests.support.valkeys import TcpValkey, encrypting, make_certificate, running
from tests.support.waiting import until


def redis_settings(url: str, **more: object) -> Settings:
    settings = settings_for("postgresql://unused", url)
    return settings.model_copy(update={"redis": settings.redis.model_validate({"url": url, **more})})


async def beacons_in(reader: StreamReader, shards: int) -> dict[int, int]:
    batches = {shard: await reader.read(shard, "0-0", 10_000) for shard in range(shards)}
    return {shard: len(batch.beacons) for shard, batch in batches.items() if batch}


async def test_each_group_of_shards_has_its_own_server(tmp_path: Path):
    servers = [TcpValkey(tmp_path / f"valkey{n}") for n in range(3)]
    with running(*servers):
        settings = redis_settings("redis://unused", shard_urls=[server.url for server in servers])
        streams = connect_streams(settings.redis, 8)
        beacon = encode_beacon(beacon_maker()())
        await StreamWriter(streams).append({shard: [beacon] * (shard + 1) for shard in range(8)})

        reader = StreamReader(streams)
        assert await beacons_in(reader, 8) == {shard: shard + 1 for shard in range(8)}
        on_each = []
        for server in servers:
            redis = connect_redis(redis_settings(server.url).redis)
            on_each.append(sorted(int(key.split(b":")[1]) for key in await redis.keys("beacons:*")))
            await redis.aclose()
        assert on_each == [[0, 1, 2], [3, 4, 5], [6, 7]]
        assert await reader.waiting(range(8)) == dict.fromkeys(range(8), 1)

        servers[1].stop()
        assert await reader.waiting(range(8)) == dict.fromkeys([0, 1, 2, 6, 7], 1)
        await close_streams(streams)


async def test_flushes_over_several_servers_are_appended_once_to_each(tmp_path: Path):
    servers = [TcpValkey(tmp_path / f"valkey{n}") for n in range(2)]
    beacon = encode_beacon(beacon_maker()())
    flushes = [make_flush(n, {0: [beacon], 3: [beacon]}) for n in (1, 2, 3)]
    with running(*servers):
        settings = redis_settings("redis://unused", shard_urls=[server.url for server in servers])
        streams = connect_streams(settings.redis, 4)
        writer, reader = StreamWriter(streams), StreamReader(streams)
        servers[1].stop()
        with pytest.raises((RedisError, OSError)):
            await writer.append_once("me", flushes[:2])
        servers[1].start()
        await writer.append_once("me", flushes[:2])
        await writer.append_once("me", flushes)
        await writer.append_once("another", flushes[:1])
        assert await beacons_in(reader, 4) == {0: 4, 3: 4}
        await close_streams(streams)


async def test_a_worker_stores_from_all_servers(tmp_path: Path, settings: Settings):
    servers = [TcpValkey(tmp_path / f"valkey{n}") for n in range(2)]
    with running(*servers):
        urls = [server.url for server in servers]
        redis = settings.redis.model_validate({"url": settings.redis.url, "shard_urls": urls})
        settings = settings.model_copy(update={"redis": redis})
        async with open_worker(settings, lambda: NOON, burst=True) as worker:
            streams = connect_streams(settings.redis, 4)
            make = beacon_maker()
            await StreamWriter(streams).append({shard: [encode_beacon(make())] for shard in range(4)})
            assert await worker.dispatcher.dispatch() == 4
            await worker.shard_worker.async_run()
            assert await worker.pool.fetchval("select sum(beacons) from ingest_accepted") == 4
            assert await worker.pool.fetchval("select sum(accepted) from ingest_offsets") == 4
            await close_streams(streams)


async def test_tls_connection_verifies_the_server(tmp_path: Path):
    """A TLS proxy in front of the embedded server, which has no TLS."""
    server = TcpValkey(tmp_path / "valkey")
    certificate, key = make_certificate(tmp_path)
    with running(server):
        async with encrypting(server.port, certificate, key) as port:
            trusting = connect_redis(redis_settings(f"rediss://localhost:{port}?ssl_ca_certs={certificate}").redis)
            assert await trusting.ping()
            await trusting.aclose()
            untrusting = connect_redis(redis_settings(f"rediss://localhost:{port}").redis)
            with pytest.raises(RedisError, match="certificate verify failed"):
                await untrusting.ping()
            await untrusting.aclose()


def test_more_servers_than_shards_are_rejected():
    settings = redis_settings("redis://unused", shard_urls=["redis://a", "redis://b"])
    with pytest.raises(ConfigError, match=r"redis\.shard_urls"):
        connect_streams(settings.redis, 1)


async def test_sentinel_primary_is_found_also_after_a_failover(tmp_path: Path):
    primary = TcpValkey(tmp_path / "primary", "--requirepass", "a secret", "--masterauth", "a secret")
    replica = TcpValkey(
        tmp_path / "replica", "--requirepass", "a secret", "--masterauth", "a secret", "--replicaof",
        "127.0.0.1", str(primary.port),
    )  # fmt: skip
    watch = (
        f'sentinel monitor main 127.0.0.1 {primary.port} 1\nsentinel auth-pass main "a secret"\n'
        "sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 2000\n"
    )
    sentinel = TcpValkey(tmp_path / "sentinel", sentinel=watch)
    with running(primary, replica, sentinel):
        url = f"redis+sentinel://:a%20secret@127.0.0.1:1,127.0.0.1:{sentinel.port}/main"
        streams = connect_streams(redis_settings(url).redis, 4)
        writer, beacon = StreamWriter(streams), encode_beacon(beacon_maker()())
        await writer.append_once("me", [make_flush(1, {0: [beacon]})])
        of_replica = connect_redis(redis_settings(f"redis://:a%20secret@127.0.0.1:{replica.port}").redis)
        await until_there(of_replica, 1)

        await until_known(sentinel, replicas=1)
        primary.stop()
        await until_accepted(writer, make_flush(2, {0: [beacon]}))
        await writer.append_once("me", [make_flush(1, {0: [beacon]}), make_flush(2, {0: [beacon]})])
        assert await beacons_in(StreamReader(streams), 1) == {0: 2}
        await of_replica.aclose()
        await close_streams(streams)


async def until_there(redis, entries: int) -> None:
    async def is_there() -> bool:
        return await redis.xlen("beacons:0") >= entries

    await until(is_there)


async def until_known(sentinel: TcpValkey, replicas: int) -> None:
    redis = connect_redis(redis_settings(sentinel.url).redis)

    async def is_known() -> bool:
        return len(await redis.execute_command("SENTINEL", "REPLICAS", "main")) >= replicas

    await until(is_known)
    await redis.aclose()


async def until_accepted(writer: StreamWriter, flush) -> None:
    async def is_accepted() -> bool:
        try:
            await writer.append_once("me", [flush])
        except (RedisError, OSError):
            return False
        return True

    await until(is_accepted)


@pytest.mark.parametrize(
    "url", ["redis+sentinel://host", "redis+sentinel:///name", "redis+sentinel://host:x/name", "ftp://x"]
)
def test_invalid_url_is_a_settings_error(url: str):
    with pytest.raises(ConfigError, match=r"redis\.url"):
        connect_redis(redis_settings(url).redis)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--appendonly", "yes", "--maxmemory-policy", "noeviction"), None),
        (("--appendonly", "no"), "appendonly is off"),
        (("--appendonly", "yes", "--maxmemory-policy", "allkeys-lru"), "maxmemory-policy is allkeys-lru"),
        (("--appendonly", "yes", "--rename-command", "CONFIG", ""), None),
        (("--appendonly", "no", "--rename-command", "CONFIG", ""), "appendonly seems to be off"),
    ],
)
async def test_server_that_may_lose_beacons_is_reported(tmp_path: Path, options: tuple[str, ...], problem: str | None):
    server = TcpValkey(tmp_path / "valkey", *options)
    with running(server):
        redis = connect_redis(redis_settings(server.url).redis)
        found = await persistence_problem(redis)
        await redis.aclose()
    assert found is None if problem is None else found is not None and found.startswith(problem)


async def test_server_that_refuses_config_is_reported(tmp_path: Path):
    server = TcpValkey(tmp_path / "valkey", "--rename-command", "CONFIG", "", "--rename-command", "INFO", "")
    with running(server):
        redis = connect_redis(redis_settings(server.url).redis)
        assert "cannot check whether" in str(await persistence_problem(redis))
        await redis.aclose()
