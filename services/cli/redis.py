"""Which Redis a command works on."""

from common.config import RedisSettings, Settings
from services.cli.embedded import EmbeddedValkey
from services.cli.errors import CliError
from services.cli.up.data_dir import DataDir


def find_redis(settings: Settings) -> RedisSettings:
    """The configured server, else the one that `pyuniqvisit up` runs here. Raises ``CliError``."""
    if settings.redis.url is not None:
        return settings.redis
    data = DataDir(settings.data_dir.absolute())
    valkey = EmbeddedValkey(data.valkey, log=data.logs / "valkey.log")
    if not valkey.is_ready():
        raise CliError(f"the install of {data.path} is not running; start it with `pyuniqvisit up` first")
    return RedisSettings.model_validate(settings.redis.model_dump() | {"url": valkey.url})
