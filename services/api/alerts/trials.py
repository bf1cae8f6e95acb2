"""How often a site's alerts may be tried: each try sends a message to whomever an alert names, with our mail server."""

from datetime import timedelta

from redis.asyncio import Redis

from services.api.alerts.errors import TooManyTestsError

MAX_TESTS = 10
"""Of all alerts of a site together, so that a new alert is no way around it."""
WITHIN = timedelta(hours=1)


class Trials:
    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def take(self, site_id: int) -> None:
        """Counts one. Raises ``TooManyTestsError``, or ``RedisError`` when Redis is away."""
        name = f"alerts:tests:{site_id}"
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(name, 0, nx=True, px=WITHIN)
            pipe.incr(name)
            pipe.ttl(name)
            _, taken, seconds = await pipe.execute()
        if taken > MAX_TESTS:
            raise TooManyTestsError(
                f"a site's alerts may be tested {MAX_TESTS} times an hour; wait {seconds} seconds",
                retry_after=max(1, seconds),
            )
