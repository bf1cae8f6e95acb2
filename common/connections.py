"""Connections to Redis with timeouts, so that an unavailable server is an error and never a hang."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from pydantic import SecretStr
from redis.asyncio import BlockingConnectionPool, Redis, Sentinel
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from common.config import ConfigError, RedisSettings, required_url
from common.streams.servers import StreamServers

_SENTINEL = "redis+sentinel"
_SENTINEL_TLS = "rediss+sentinel"
_SENTINEL_PORT = 26379


def connect_redis(settings: RedisSettings, *, max_connections: int = 20) -> "Redis":
    """Create a client that returns bytes; it connects at its first command. Raises ``ConfigError``."""
    return _connect(required_url(settings.url, "redis.url"), "redis.url", settings.timeout_ms / 1000, max_connections)


def connect_streams(settings: RedisSettings, shards: int, *, timeout_factor: float = 1.0) -> StreamServers:
    """Connect to the servers that have the streams, with separate connections. Raises ``ConfigError``.

    ``timeout_factor``: how many times longer than usual a command may take.
    """
    seconds = settings.timeout_ms / 1000 * timeout_factor
    if not settings.shard_urls:
        return StreamServers.one(_connect(required_url(settings.url, "redis.url"), "redis.url", seconds, 20))
    return _connect_groups(settings.shard_urls, "redis.shard_urls", shards, seconds)


def connect_former_streams(settings: RedisSettings, shards: int, *, timeout_factor: float = 1.0) -> StreamServers:
    """Connect to the servers that had the streams before; as ``connect_streams``. Raises ``ConfigError``."""
    if not settings.previous_urls:
        raise ConfigError("redis.previous_urls: name the servers that had the streams before")
    seconds = settings.timeout_ms / 1000 * timeout_factor
    return _connect_groups(settings.previous_urls, "redis.previous_urls", shards, seconds)


def _connect_groups(urls: Sequence[SecretStr], key: str, shards: int, seconds: float) -> StreamServers:
    if len(urls) > shards:
        raise ConfigError(f"{key}: more servers than install.shards")
    return StreamServers([_connect(url.get_secret_value(), key, seconds, 20) for url in urls], shards)


async def close_streams(servers: StreamServers) -> None:
    for server in servers.servers:
        await server.aclose()


def _connect(url: str, key: str, seconds: float, max_connections: int) -> "Redis":
    limits: dict[str, Any] = {
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        "retry": Retry(NoBackoff(), 0),
    }
    try:
        if urlsplit(url).scheme in (_SENTINEL, _SENTINEL_TLS):
            return _by_sentinel(url, limits)
        pool = BlockingConnectionPool.from_url(url, max_connections=max_connections, timeout=seconds, **limits)
    except ValueError as error:
        raise ConfigError(f"{key}: {error}") from None
    return Redis.from_pool(pool)


class _Primary(Redis):
    """Closes the connections to the sentinels too."""

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        await super().aclose(close_connection_pool)
        manager: Any = getattr(self.connection_pool, "sentinel_manager", None)
        for sentinel in manager.sentinels if manager else ():
            await sentinel.aclose()


def _by_sentinel(url: str, limits: dict[str, Any]) -> "Redis":
    """``redis+sentinel://user:password@host:port,host:port/name/database``: the primary called ``name``.

    The credentials are the servers'; the sentinels' own are ``sentinel_username`` and ``sentinel_password`` in the
    query, whose other parameters are as for ``rediss://``. Raises ``ValueError``.
    """
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    name, _, database = parts.path.strip("/").partition("/")
    if not name or not hosts:
        raise ValueError("a Sentinel URL is redis+sentinel://host:port,host:port/name")
    query = dict(parse_qsl(parts.query))
    sentinel = {key: query.pop(f"sentinel_{key}") for key in ("username", "password") if f"sentinel_{key}" in query}
    tls = _tls(query) if parts.scheme == _SENTINEL_TLS else {}
    user, _, password = credentials.partition(":")
    server: dict[str, Any] = {"db": int(database or 0), **tls}
    if user:
        server["username"] = unquote(user)
    if password:
        server["password"] = unquote(password)
    sentinels: Any = Sentinel(  # type: ignore[no-untyped-call]
        [_address(host) for host in hosts.split(",")], sentinel_kwargs=limits | tls | sentinel, **limits
    )
    primary: Redis = sentinels.master_for(name, redis_class=_Primary, **server)
    return primary


def _tls(query: dict[str, str]) -> dict[str, Any]:
    """Parse TLS options as redis-py does for a URL. Raises ``ValueError``."""
    parsed = BlockingConnectionPool.from_url(f"rediss://host?{urlencode(query)}").connection_kwargs
    return {"ssl": True, **{key: value for key, value in parsed.items() if key.startswith("ssl_")}}


def _address(host: str) -> tuple[str, int]:
    name, colon, port = host.rpartition(":")
    return (name.strip("[]"), int(port)) if colon and not port.endswith("]") else (host.strip("[]"), _SENTINEL_PORT)
