"""Events as lines of JSON."""

import json
from typing import Any

from services.cli.errors import CliError
from services.cli.import_log.ids import LineIds


def read_event(line: str, number: int, ids: LineIds) -> tuple[int, dict[str, Any]]:
    """The line's number, and its event. Raises ``CliError``."""
    try:
        event = json.loads(line)
    except ValueError as error:
        raise CliError(f"line {number}: not JSON: {error}") from None
    if not isinstance(event, dict):
        raise CliError(f"line {number}: not a JSON object")
    if isinstance(event.get("time"), int) and "id" not in event:
        event["id"] = ids.next(line.strip().encode(), event["time"])
    return number, event
