"""Composes the SQL condition that an event matches the target of a goal or funnel step.

No text of a caller becomes part of a statement: names, patterns and properties are parameters.
"""

from collections.abc import Iterable
from typing import Any

from common.beacon import Kind
from common.store import load_queries
from services.api.goals.models import ConversionTarget

SQL = load_queries(__package__)
TARGET_KINDS = (Kind.PAGEVIEW.value, Kind.EVENT.value)
"""Kinds of events that can match a target."""


def is_target(target: ConversionTarget, row: str, args: list[Any]) -> str:
    """Return the condition that an event matches the target; ``row`` is its alias in the statement."""
    properties = part_all(
        f"{row}.props ->> {bind(key, args)}::text = {bind(value, args)}::text" for key, value in target.properties
    )
    if target.event:
        name, kind = bind(target.event, args), bind(Kind.EVENT.value, args)
        return f"({row}.kind = {kind}::smallint and {row}.name = {name}::text and {properties})"
    pattern, kind = bind(like_pattern(target.page), args), bind(Kind.PAGEVIEW.value, args)
    return f"({row}.kind = {kind}::smallint and {row}.path like {pattern}::text and {properties})"


def is_any_target(targets: Iterable[ConversionTarget], row: str, args: list[Any]) -> str:
    """Return the condition that an event matches one of the targets, of which there is at least one."""
    return f"({' or '.join(is_target(target, row, args) for target in targets)})"


def like_pattern(page: str) -> str:
    """Return the pattern for ``like``: ``*`` matches any text, everything else itself."""
    escaped = page.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")


def part(name: str, /, **marks: str) -> str:
    return SQL[name].strip().format(**marks)


def part_all(conditions: Iterable[str]) -> str:
    return "\nand ".join(conditions) or "true"


def bind(value: object, args: list[Any]) -> str:
    args.append(value)
    return f"${len(args)}"
