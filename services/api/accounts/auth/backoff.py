"""Guessing passwords is made slow: failed logins are counted for each account and for each network, in Redis.

Some failures are free; each further one doubles the wait, up to a limit. An attempt counts as failed until it has
succeeded, so that a thousand at once gain nothing. Users who do not exist are counted like those who do.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from importlib.resources import files

from redis.asyncio import Redis

from common.clock import Clock
from common.network import anonymize
from services.api.accounts.auth.errors import TooManyAttemptsError

_ATTEMPT = (files(__package__) / "backoff.lua").read_text(encoding="utf-8")
_KEPT = timedelta(hours=1)
"""After so long without an attempt everything is forgiven."""


@dataclass(frozen=True, slots=True)
class Allowance:
    free: int
    longest: timedelta


PER_ACCOUNT = Allowance(5, timedelta(minutes=15))
PER_NETWORK = Allowance(30, timedelta(minutes=5))
"""An office or a mobile carrier has many people who mistype."""


@dataclass(frozen=True, slots=True)
class Attempt:
    account: str
    network: str


class BackOff:
    def __init__(self, redis: "Redis", clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._attempt = redis.register_script(_ATTEMPT)

    async def begin(self, account: str, ip: str) -> Attempt:
        """Counts an attempt. Raises ``TooManyAttemptsError``, or ``RedisError`` when Redis is away.

        ``account``: what tells accounts apart; kept only as a hash.
        """
        attempt = Attempt(f"logins:account:{_hash(account)}", f"logins:network:{_hash(anonymize(ip))}")
        args: list[int] = [self._clock(), _ms(_KEPT)]
        for allowance in (PER_ACCOUNT, PER_NETWORK):
            args += (allowance.free, _ms(allowance.longest))
        wait_ms = int(await self._attempt([attempt.account, attempt.network], args))
        if wait_ms > 0:
            seconds = -(-wait_ms // 1000)
            raise TooManyAttemptsError(f"too many failed attempts; wait {seconds} seconds", retry_after=seconds)
        return attempt

    async def succeeded(self, attempt: Attempt) -> None:
        """Takes the attempt back: the account begins anew, and its network has one failure less.

        The network's other failures stay: whoever has one good account could else guess at others for free.
        """
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(attempt.account)
            pipe.hincrby(attempt.network, "attempts", -1)
            pipe.hdel(attempt.network, "until")
            pipe.pexpire(attempt.network, _KEPT)
            await pipe.execute()


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16, person=b"uv-logins").hexdigest()
