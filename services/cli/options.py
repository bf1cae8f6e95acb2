"""Options that several commands share, and what they mean for the settings."""

from pathlib import Path
from typing import TypeVar

import click
from pydantic import BaseModel

from common.config import Settings, load_settings

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    metavar="FILE",
    help="Settings in YAML or TOML. PYUNIQVISIT_… variables win over it.",
)
data_dir_option = click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the one-machine edition keeps everything.  [default: data]",
)

_Listening = TypeVar("_Listening", bound=BaseModel)


def settings_with(
    config_file: Path | None,
    data_dir: Path | None = None,
    api_port: int | None = None,
    collector_port: int | None = None,
) -> Settings:
    """The settings with the options that were given put over them. Raises ``ConfigError``."""
    settings = load_settings(config_file)
    return settings.model_copy(
        update={
            "data_dir": data_dir or settings.data_dir,
            "api": _with_port(settings.api, api_port),
            "collector": _with_port(settings.collector, collector_port),
        }
    )


def _with_port(part: _Listening, port: int | None) -> _Listening:
    return part if port is None else part.model_copy(update={"port": port})
