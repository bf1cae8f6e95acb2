import asyncio

import pytest

from services.api.reports.cache import SharedComputations


class Computation:
    """A computation that ends when the test allows it."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()

    async def answer(self) -> int:
        self.asked += 1
        await self.may_answer.wait()
        return self.asked


async def test_requests_share_running_computation() -> None:
    shared, computation = SharedComputations[int](), Computation()
    asking = [asyncio.create_task(shared.join("key", computation.answer)) for _ in range(50)]
    await asyncio.sleep(0)
    computation.may_answer.set()
    assert await asyncio.gather(*asking) == [1] * 50
    assert await shared.join("key", computation.answer) == 2


async def test_different_keys_are_computed_separately() -> None:
    shared, one, other = SharedComputations[int](), Computation(), Computation()
    asking = [asyncio.create_task(shared.join(key, key.answer)) for key in (one, other)]
    await asyncio.sleep(0)
    one.may_answer.set()
    other.may_answer.set()
    await asyncio.gather(*asking)
    assert (one.asked, other.asked) == (1, 1)


async def test_changing_answers_are_computed_once_after_all_waiting_requests() -> None:
    shared, computation = SharedComputations[int](), Computation()
    first = asyncio.create_task(shared.join_next("key", computation.answer))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert computation.asked == 1
    later = [asyncio.create_task(shared.join_next("key", computation.answer)) for _ in range(49)]
    await asyncio.sleep(0)
    computation.may_answer.set()
    assert await first == 1
    assert await asyncio.gather(*later) == [2] * 49
    assert await shared.join_next("key", computation.answer) == 3


async def test_next_computation_runs_after_failure() -> None:
    async def fail() -> int:
        await asyncio.sleep(0.01)
        raise ValueError

    shared, computation = SharedComputations[int](), Computation()
    computation.may_answer.set()
    first = asyncio.create_task(shared.join_next("key", fail))
    await asyncio.sleep(0)
    assert await shared.join_next("key", computation.answer) == 1
    with pytest.raises(ValueError):
        await first


async def test_canceled_request_does_not_cancel_shared_computation() -> None:
    shared, computation = SharedComputations[int](), Computation()
    first, second = (asyncio.create_task(shared.join("key", computation.answer)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    computation.may_answer.set()
    assert await second == 1


async def test_failure_reaches_all_requests_and_is_not_cached() -> None:
    async def fail() -> int:
        await asyncio.sleep(0)
        raise ValueError

    shared = SharedComputations[int]()
    failed = await asyncio.gather(*(shared.join("key", fail) for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in failed] == [ValueError] * 3
    computation = Computation()
    computation.may_answer.set()
    with pytest.raises(ValueError):
        await shared.join("key", fail)
    assert await shared.join("key", computation.answer) == 1
