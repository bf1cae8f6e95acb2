"""Tasks that run beside a service for as long as it lives."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

_PATIENCE_SECONDS = 0.2


@asynccontextmanager
async def in_background(*coroutines: Coroutine[Any, Any, Any]) -> AsyncIterator[list["asyncio.Task[Any]"]]:
    """Runs ``coroutines`` as tasks while the context is open, and ends them with it."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        yield tasks
    finally:
        await cancel_all(tasks)


async def cancel_all(tasks: "list[asyncio.Task[Any]]") -> None:
    """Cancels until every task has ended: clients that turn a cancellation into an error of theirs are asked again."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=_PATIENCE_SECONDS)
