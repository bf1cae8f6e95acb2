"""Background tasks that run as long as a service."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

_RETRY_SECONDS = 0.2


@asynccontextmanager
async def in_background(*coroutines: Coroutine[Any, Any, Any]) -> AsyncIterator[list["asyncio.Task[Any]"]]:
    """Run ``coroutines`` as tasks while the context is open, and cancel them at its end."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        yield tasks
    finally:
        await cancel_all(tasks)


async def cancel_all(tasks: "list[asyncio.Task[Any]]") -> None:
    """Cancel tasks until all have ended. Some clients turn a cancellation into an error, so it is repeated."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=_RETRY_SECONDS)
