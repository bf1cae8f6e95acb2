"""Tables that the steps read once: sources, referrer spam, bots and devices."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from common.config import ConfigError


def load_table(name: str) -> Any:
    """Return the content of ``name``.yml in this folder."""
    return yaml.safe_load((files(__package__) / f"{name}.yml").read_text(encoding="utf-8"))


def read_list(path: Path, setting: str) -> list[str]:
    """Return the lines of an administrator's list, without # comments.

    Raises ``ConfigError`` that names the ``setting``.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{setting}: {path}: {error.strerror}") from None
    except ValueError:
        raise ConfigError(f"{setting}: {path}: is not a text file") from None
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]
