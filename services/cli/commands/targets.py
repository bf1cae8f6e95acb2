"""What has to happen for a goal or a step: how it is typed, and how it is shown."""

from collections.abc import Iterable, Mapping
from typing import Any

import click

from services.cli.client import Client, route
from services.cli.errors import NotFoundError

_EVENT, _GOAL = "event:", "goal:"


def step_of(text: str) -> dict[str, str]:
    """``/path*``, ``event:NAME`` or ``goal:NAME``. Raises ``BadParameter``."""
    if text.startswith(_EVENT):
        return {"event": text.removeprefix(_EVENT)}
    if text.startswith(_GOAL):
        return {"goal": text.removeprefix(_GOAL)}
    if text.startswith(("/", "*")):
        return {"page": text}
    raise click.BadParameter(f"{text!r} is no step: /path (with * for any text), event:NAME or goal:NAME")


def properties_of(given: Iterable[str]) -> dict[str, str]:
    """From ``KEY=VALUE``. Raises ``BadParameter``."""
    pairs = [text.partition("=") for text in given]
    if not all(key and sign for key, sign, _ in pairs):
        raise click.BadParameter("a property is KEY=VALUE")
    return {key: value for key, _, value in pairs}


def described(target: Mapping[str, Any]) -> str:
    """As it is typed, with the properties behind it."""
    text = f"{_GOAL}{target['goal']}" if target.get("goal") else target["page"] or f"{_EVENT}{target['event']}"
    properties = () if target.get("goal") else target["properties"].items()
    return " ".join([text, *(f"{key}={value}" for key, value in properties)])


def id_of(client: Client, site: str, kind: str, name: str) -> str:
    """Of the goal or funnel (``kind``: ``goals`` or ``funnels``) of that name. Raises ``CliError``."""
    for each in client.get(route("sites", site, kind))[kind]:
        if each["name"] == name:
            return str(each["id"])
    raise NotFoundError(f"{site} has no {kind.removesuffix('s')} called {name!r}")
