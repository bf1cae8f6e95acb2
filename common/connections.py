"""Connections to Redis, with time limits, so that a server that is away is an error and never a hang."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from common.config import RedisSettings, required_url


def connect_redis(settings: RedisSettings, *, max_connections: int = 20) -> "Redis":
    """A client that answers in bytes. Nothing is sent until its first command. Raises ``ConfigError``."""
    seconds = settings.timeout_ms / 1000
    pool = BlockingConnectionPool.from_url(
        required_url(settings.url, "redis.url"),
        max_connections=max_connections,
        timeout=seconds,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )
    return Redis.from_pool(pool)
