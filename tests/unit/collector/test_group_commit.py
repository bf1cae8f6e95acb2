"""Group commit: many requests wait for one flush."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry
from redis.exceptions import ConnectionError as RedisConnectionError

from services.collector.group_commit import GroupCommit, GroupCommits
from services.collector.prometheus import CollectorMetrics
from services.collector.rejection_reasons import RejectedError, RejectionReason


class Queue:
    """An append that finishes or fails when the test decides."""

    def __init__(self) -> None:
        self.flushes: list[dict[int, list[bytes]]] = []
        self.gate = asyncio.Event()
        self.error: Exception | None = None

    async def append(self, by_shard) -> None:
        self.flushes.append({shard: list(encoded) for shard, encoded in by_shard.items()})
        await self.gate.wait()
        if self.error:
            raise self.error


def commits_to(queue: Queue, max_waiting: int = 100) -> GroupCommit:
    return GroupCommit(queue.append, max_waiting, CollectorMetrics(CollectorRegistry()))


async def test_requests_are_answered_only_after_the_flush():
    queue = Queue()
    done = commits_to(queue).commit(0, b"a")
    await asyncio.sleep(0)
    assert not done.done()

    queue.gate.set()
    await done


async def test_beacons_that_arrive_during_a_flush_share_the_next_one():
    queue = Queue()
    commits = commits_to(queue)
    waiting = [commits.commit(0, b"a")]
    await asyncio.sleep(0)
    waiting += [commits.commit(1, b"b"), commits.commit(0, b"c"), commits.commit(1, b"d")]
    queue.gate.set()
    await asyncio.gather(*waiting)

    assert queue.flushes == [{0: [b"a"]}, {1: [b"b", b"d"], 0: [b"c"]}]


@pytest.mark.parametrize("error", [RedisConnectionError("away"), OSError("broken"), RuntimeError("a fault of ours")])
async def test_failed_flush_rejects_all_waiting_beacons_and_the_next_may_succeed(error: Exception):
    queue = Queue()
    queue.error = error
    commits = commits_to(queue)
    waiting = [commits.commit(0, b"a")]
    await asyncio.sleep(0)
    waiting.append(commits.commit(0, b"b"))
    queue.gate.set()

    for error in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(error, RejectedError)
        assert error.reason is RejectionReason.UNAVAILABLE

    queue.error = None
    await commits.commit(0, b"c")


async def test_beacons_above_the_limit_are_rejected_at_once():
    queue = Queue()
    commits = commits_to(queue, max_waiting=2)
    waiting = [commits.commit(0, b"a"), commits.commit(0, b"b")]
    with pytest.raises(RejectedError):
        commits.commit(0, b"c")
    queue.gate.set()
    await asyncio.gather(*waiting)


async def test_disconnected_client_does_not_affect_other_responses():
    queue = Queue()
    commits = commits_to(queue)
    gone, stays = commits.commit(0, b"a"), commits.commit(0, b"b")
    await asyncio.sleep(0)
    gone.cancel()
    queue.gate.set()
    await stays
    assert queue.flushes == [{0: [b"a", b"b"]}]


async def test_rejection_by_append_is_passed_to_all_waiting_requests():
    queue = Queue()
    queue.error = RejectedError(RejectionReason.UNAVAILABLE, "full", retry_after=10)
    queue.gate.set()
    with pytest.raises(RejectedError) as rejected:
        await commits_to(queue).commit(0, b"a")
    assert rejected.value.retry_after == 10


async def test_unavailable_group_does_not_delay_other_groups():
    away, here = Queue(), Queue()
    commits = GroupCommits([commits_to(away), commits_to(here)], group_of=lambda shard: shard // 8)
    here.gate.set()
    stuck = commits.commit(3, b"a")
    await commits.commit(8, b"b")
    assert (away.flushes, here.flushes) == ([{3: [b"a"]}], [{8: [b"b"]}])
    assert not stuck.done()
    away.gate.set()
    await commits.drain()
    await stuck
