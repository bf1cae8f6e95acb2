"""Slows down password guessing: failed logins are counted for each account and for each network, in Redis.

The first failures have no consequence; each further one doubles the wait, up to a limit. An attempt counts as failed
until it succeeds, so a thousand attempts at once gain nothing. Unknown users are counted like known ones.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from importlib.resources import files

from redis.asyncio import Redis

from common.clock import Clock
from common.network import anonymize
from services.api.accounts.auth.models import TooManyAttemptsError

_COUNT_ATTEMPT = (files(__package__) / "login_throttle.lua").read_text(encoding="utf-8")
_FORGET_AFTER = timedelta(hours=1)
"""Time without an attempt after which the counters are reset."""


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    free_attempts: int
    max_wait: timedelta


PER_ACCOUNT = AttemptLimit(5, timedelta(minutes=15))
PER_NETWORK = AttemptLimit(30, timedelta(minutes=5))
"""Higher: an office or a mobile carrier has many users who mistype."""


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """Names of the two counters of an attempt."""

    account: str
    network: str


class LoginThrottle:
    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._count_attempt = redis.register_script(_COUNT_ATTEMPT)

    async def begin(self, account: str, ip: str) -> LoginAttempt:
        """Count an attempt. Raises ``TooManyAttemptsError``, or ``RedisError`` when Redis is unavailable.

        ``account`` identifies the account; only its hash is stored.
        """
        attempt = LoginAttempt(f"logins:account:{_hash(account)}", f"logins:network:{_hash(anonymize(ip))}")
        args: list[int] = [self._clock(), _ms(_FORGET_AFTER)]
        for limit in (PER_ACCOUNT, PER_NETWORK):
            args += (limit.free_attempts, _ms(limit.max_wait))
        wait_ms = int(await self._count_attempt([attempt.account, attempt.network], args))
        if wait_ms > 0:
            seconds = -(-wait_ms // 1000)
            raise TooManyAttemptsError(f"too many failed attempts; wait {seconds} seconds", retry_after=seconds)
        return attempt

    async def succeeded(self, attempt: LoginAttempt) -> None:
        """Undo the attempt: reset the counter of the account, and subtract one failure from that of the network.

        The network's other failures remain: otherwise, one valid account would allow unlimited guesses at others.
        """
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(attempt.account)
            pipe.hincrby(attempt.network, "attempts", -1)
            pipe.hdel(attempt.network, "until")
            pipe.pexpire(attempt.network, _FORGET_AFTER)
            await pipe.execute()


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16, person=b"uv-logins").hexdigest()
