"""What every command that asks the API has in common: where the API is, and in whose name."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from common.clock import system_clock
from common.config import Settings
from services.cli.client.client import Client
from services.cli.client.session import SessionFile
from services.cli.client.transport import checked_url
from services.cli.options import config_option, settings_with
from services.cli.up.data_dir import DataDir
from services.cli.up.plan import local_url
from services.cli.up.run_file import read_run

Command = Callable[..., None]


def with_client(command: Command) -> Callable[..., None]:
    """Gives the command a client before its other arguments, and the options that say which."""

    @functools.wraps(command)
    def wrapped(*args: Any, api_url: str | None, config_file: Path | None, **kwargs: Any) -> None:
        command(client_of(settings_with(config_file), api_url), *args, **kwargs)

    return api_option(config_option(wrapped))


api_option = click.option(
    "--api",
    "api_url",
    metavar="URL",
    help="The API.  [default: PYUNIQVISIT_CLI__API_URL, the one you logged in to, the one that `up` runs here]",
)


def client_of(settings: Settings, api_url: str | None = None, *, new_login: bool = False) -> Client:
    """``new_login``: the login that is there has no say in where the API is. Raises ``CliError``."""
    sessions = SessionFile(Path(click.get_app_dir("pyuniqvisit")))
    session = None if new_login else sessions.read()
    address = api_url or settings.cli.api_url or (session.api if session else local_api(settings))
    key = settings.cli.api_key.get_secret_value() if settings.cli.api_key else None
    return Client(checked_url(address), sessions, system_clock, None if new_login else key)


def local_api(settings: Settings) -> str:
    """Where `up` noted that its API is; without a note, where the settings have it."""
    run = read_run(DataDir(settings.data_dir.absolute()).run)
    return run.api_url if run else local_url(settings.api.host, settings.api.port)
