import asyncio

import pytest

from services.api.reports.shared import Shared


class Question:
    """Is answered when the test says so."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()

    async def answer(self) -> int:
        self.asked += 1
        await self.may_answer.wait()
        return self.asked


async def test_who_asks_while_the_same_is_being_computed_gets_that_answer() -> None:
    shared, question = Shared[int](), Question()
    asking = [asyncio.create_task(shared.same("key", question.answer)) for _ in range(50)]
    await asyncio.sleep(0)
    question.may_answer.set()
    assert await asyncio.gather(*asking) == [1] * 50
    assert await shared.same("key", question.answer) == 2


async def test_another_question_is_computed_for_itself() -> None:
    shared, one, other = Shared[int](), Question(), Question()
    asking = [asyncio.create_task(shared.same(key, key.answer)) for key in (one, other)]
    await asyncio.sleep(0)
    one.may_answer.set()
    other.may_answer.set()
    await asyncio.gather(*asking)
    assert (one.asked, other.asked) == (1, 1)


async def test_what_changes_is_computed_after_it_was_asked_for_and_once_for_all_who_came_meanwhile() -> None:
    shared, question = Shared[int](), Question()
    first = asyncio.create_task(shared.fresh("key", question.answer))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert question.asked == 1
    later = [asyncio.create_task(shared.fresh("key", question.answer)) for _ in range(49)]
    await asyncio.sleep(0)
    question.may_answer.set()
    assert await first == 1
    assert await asyncio.gather(*later) == [2] * 49
    assert await shared.fresh("key", question.answer) == 3


async def test_what_changes_is_computed_although_the_one_before_failed() -> None:
    async def fail() -> int:
        await asyncio.sleep(0.01)
        raise ValueError

    shared, question = Shared[int](), Question()
    question.may_answer.set()
    first = asyncio.create_task(shared.fresh("key", fail))
    await asyncio.sleep(0)
    assert await shared.fresh("key", question.answer) == 1
    with pytest.raises(ValueError):
        await first


async def test_one_who_goes_away_takes_the_answer_from_nobody() -> None:
    shared, question = Shared[int](), Question()
    first, second = (asyncio.create_task(shared.same("key", question.answer)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    question.may_answer.set()
    assert await second == 1


async def test_a_failure_is_everybodys_and_is_not_kept() -> None:
    async def fail() -> int:
        await asyncio.sleep(0)
        raise ValueError

    shared = Shared[int]()
    failed = await asyncio.gather(*(shared.same("key", fail) for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in failed] == [ValueError] * 3
    question = Question()
    question.may_answer.set()
    with pytest.raises(ValueError):
        await shared.same("key", fail)
    assert await shared.same("key", question.answer) == 1
