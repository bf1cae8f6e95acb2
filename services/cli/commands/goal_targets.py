"""Targets of goals and funnel steps: their syntax on the command line."""

from collections.abc import Iterable, Mapping
from typing import Any

import click

from services.cli.client import ApiClient, api_path
from services.cli.errors import NotFoundError

_EVENT_PREFIX, _GOAL_PREFIX = "event:", "goal:"


def parse_step(text: str) -> dict[str, str]:
    """Parse ``/path*``, ``event:NAME`` or ``goal:NAME``. Raises ``BadParameter``."""
    if text.startswith(_EVENT_PREFIX):
        return {"event": text.removeprefix(_EVENT_PREFIX)}
    if text.startswith(_GOAL_PREFIX):
        return {"goal": text.removeprefix(_GOAL_PREFIX)}
    if text.startswith(("/", "*")):
        return {"page": text}
    raise click.BadParameter(f"{text!r} is not a step. Use /path (* matches any text), event:NAME or goal:NAME.")


def parse_properties(given: Iterable[str]) -> dict[str, str]:
    """Parse ``KEY=VALUE`` pairs. Raises ``BadParameter``."""
    pairs = [text.partition("=") for text in given]
    if not all(key and sign for key, sign, _ in pairs):
        raise click.BadParameter("Write a property as KEY=VALUE.")
    return {key: value for key, _, value in pairs}


def format_target(target: Mapping[str, Any]) -> str:
    """Return a target in the syntax of the command line, followed by its properties."""
    text = (
        f"{_GOAL_PREFIX}{target['goal']}"
        if target.get("goal")
        else target["page"] or f"{_EVENT_PREFIX}{target['event']}"
    )
    properties = () if target.get("goal") else target["properties"].items()
    return " ".join([text, *(f"{key}={value}" for key, value in properties)])


def find_id(client: ApiClient, site: str, kind: str, name: str) -> str:
    """Return the ID of the goal or funnel named ``name``; ``kind`` is ``goals`` or ``funnels``. Raises ``CliError``."""
    for each in client.get(api_path("sites", site, kind))[kind]:
        if each["name"] == name:
            return str(each["id"])
    raise NotFoundError(
        f"{site} has no {kind.removesuffix('s')} named {name!r}; list them with `pyuniqvisit {kind} list {site}`"
    )
