"""Small tables that the steps read once: who refers visitors, who spams referrers, what bots call themselves."""

from importlib.resources import files
from typing import Any

import yaml


def load_table(name: str) -> Any:
    """The content of ``name``.yml in this folder."""
    return yaml.safe_load((files(__package__) / f"{name}.yml").read_text(encoding="utf-8"))
