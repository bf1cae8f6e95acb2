"""The worker's queue in Redis."""

import pickle

from services.worker.scheduler.queue import CHORES_QUEUE, SHARDS_QUEUE, job_queue


class Deed:
    """Unpickled, it would be done."""

    done = False

    def __reduce__(self):
        return (setattr, (Deed, "done", True))


async def test_nothing_in_redis_is_pickled_and_a_pickle_that_somebody_put_there_is_not_opened(redis):
    queue = job_queue(redis)
    await queue.enqueue_job("ingest", 1, _job_id="ours")
    stored = await redis.get("arq:job:ours")
    assert stored[:1] != b"\x80" or not stored.endswith(b".")
    await redis.set("arq:job:theirs", pickle.dumps(Deed()))
    for name in (SHARDS_QUEUE, CHORES_QUEUE):
        await redis.zadd(name, {"theirs": 1})
        try:
            await queue.queued_jobs(queue_name=name)
        except Exception as error:
            assert "deserialize" in str(error)  # noqa: PT017
    assert not Deed.done
