"""What the features of the API are built from. ``app.py`` makes it once, when the API starts."""

from dataclasses import dataclass

from redis.asyncio import Redis

from common.clock import Clock
from common.config import Settings
from common.passwords import PasswordHasher
from common.salts import Randomness
from common.store import Pool
from common.streams import StreamServers
from services.api.accounts.auth.login_throttle import LoginThrottle
from services.api.accounts.auth.tokens import Keyring


@dataclass(frozen=True, slots=True)
class Dependencies:
    settings: Settings
    pool: Pool
    redis: Redis
    streams: StreamServers
    keyring: Keyring
    """Signs access tokens."""
    passwords: PasswordHasher
    throttle: LoginThrottle
    clock: Clock
    random: Randomness

    @property
    def shards(self) -> int:
        return self.settings.install.shards
