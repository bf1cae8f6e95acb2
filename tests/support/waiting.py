"""Wait for a condition instead of a fixed time. The deadline is long enough for a busy machine."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable

DEADLINE_SECONDS = 60.0
_POLL_SECONDS = 0.05

Condition = Callable[[], object] | Callable[[], Awaitable[object]]


async def until(
    condition: Condition, seconds: float = DEADLINE_SECONDS, explain: Callable[[], object] | None = None
) -> None:
    """Return as soon as ``condition`` holds. Raise ``AssertionError`` at the deadline, with ``explain()``."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if await found if inspect.isawaitable(found) else found:
            return
        assert time.monotonic() < deadline, explain() if explain else f"condition is false after {seconds:g} s"
        await asyncio.sleep(_POLL_SECONDS)


def wait_until(condition: Callable[[], object], seconds: float = DEADLINE_SECONDS) -> None:
    """Do the same as ``until``, without an event loop."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"condition is false after {seconds:g} s"
        time.sleep(_POLL_SECONDS)
