"""Cached answers for days that are over, and shared computations for identical requests at the same time."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")
MAX_ANSWERS = 2_000
"""Number of answers. A large one takes some hundred kilobytes, most take one or two."""


class AnswerCache(Generic[Answer]):
    """Keeps the most recently used answers. A key contains everything that its answer depends on."""

    def __init__(self, size: int = MAX_ANSWERS) -> None:
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._size = size

    def get(self, key: Hashable) -> Answer | None:
        if key not in self._answers:
            return None
        self._answers.move_to_end(key)
        return self._answers[key]

    def put(self, key: Hashable, answer: Answer) -> None:
        self._answers[key] = answer
        self._answers.move_to_end(key)
        if len(self._answers) > self._size:
            self._answers.popitem(last=False)


class SharedComputations(Generic[Answer]):
    """Computes an answer once for all requests that wait for it. A key contains everything that it depends on but time.

    A started computation continues to its end, in the context of the first request, even if no request waits for it.
    """

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[Answer]] = {}
        self._next: dict[Hashable, asyncio.Task[Answer]] = {}

    async def join(self, key: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the answer of a running computation, or of a new one. For answers that do not change."""
        return await asyncio.shield(self._running.get(key) or self._start(key, make))

    async def join_next(self, key: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the answer of a computation that starts from now on. For answers that change.

        A request that arrives during a computation waits for its end and shares the next one with all later requests.
        """
        task = self._next.get(key)
        if task is None and key in self._running:
            task = self._next[key] = asyncio.create_task(self._after(self._running[key], key, make))
        return await asyncio.shield(task or self._start(key, make))

    async def _after(
        self, running: "asyncio.Task[Answer]", key: Hashable, make: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        await asyncio.wait([running])
        del self._next[key]
        return await self._start(key, make)

    def _start(self, key: Hashable, make: Callable[[], Awaitable[Answer]]) -> "asyncio.Task[Answer]":
        task = self._running[key] = asyncio.create_task(_run(make))
        task.add_done_callback(lambda _: self._running.pop(key, None))
        return task


async def _run(make: Callable[[], Awaitable[Answer]]) -> Answer:
    return await make()
