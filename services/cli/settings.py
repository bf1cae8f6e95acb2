"""Settings of a command: the shared options, and the database and Redis server that they select."""

from pathlib import Path
from typing import TypeVar

import click
from pydantic import BaseModel

from common.config import RedisSettings, Settings, database_url, load_settings
from services.cli.embedded import EmbeddedValkey
from services.cli.errors import CliError
from services.cli.up.data_dir import DataDir
from services.cli.up.secrets import read_secrets
from services.cli.up.servers import embedded_postgres

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    metavar="FILE",
    help="Read settings from this YAML or TOML file; PYUNIQVISIT_… variables override it.",
)
data_dir_option = click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Data directory of the install that `up` runs on this machine.  [default: data]",
)

_Listener = TypeVar("_Listener", bound=BaseModel)


def settings_with(
    config_file: Path | None,
    data_dir: Path | None = None,
    api_port: int | None = None,
    collector_port: int | None = None,
) -> Settings:
    """Return the settings, overridden by the options that were given. Raises ``ConfigError``."""
    settings = load_settings(config_file)
    return settings.model_copy(
        update={
            "data_dir": data_dir or settings.data_dir,
            "api": _with_port(settings.api, api_port),
            "collector": _with_port(settings.collector, collector_port),
        }
    )


def find_database(settings: Settings) -> str:
    """Return the URL of the configured database, else of the one that `pyuniqvisit up` runs on this machine.

    Raises ``CliError``.
    """
    if settings.database.url is not None:
        return database_url(settings.database)
    data = DataDir(settings.data_dir.absolute())
    if not data.secrets.exists():
        raise CliError(
            f"no database: database.url is not set and {data.path} contains no install; "
            "set database.url or choose the data directory with --data-dir"
        )
    postgres = embedded_postgres(data, read_secrets(data.secrets))
    if postgres.is_starting():
        raise CliError(f"the database in {data.path} is still starting; try again in a moment")
    if not postgres.is_ready():
        raise CliError(
            f"the database in {data.path} is not running; start it with `pyuniqvisit up`. "
            f"If that is running already, see {data.logs / 'postgres.log'}"
        )
    return postgres.database_url()


def find_redis(settings: Settings) -> RedisSettings:
    """Return the configured Redis, else the one that `pyuniqvisit up` runs on this machine. Raises ``CliError``."""
    if settings.redis.url is not None:
        return settings.redis
    data = DataDir(settings.data_dir.absolute())
    valkey = EmbeddedValkey(data.valkey, log=data.logs / "valkey.log")
    if not valkey.is_ready():
        raise CliError(f"the install in {data.path} is not running; start it with `pyuniqvisit up`")
    return RedisSettings.model_validate(settings.redis.model_dump() | {"url": valkey.url})


def _with_port(part: _Listener, port: int | None) -> _Listener:
    return part if port is None else part.model_copy(update={"port": port})
