"""The worker's job queue in Redis."""

import pickle

from services.worker.scheduler.queue import PERIODIC_QUEUE, SHARD_QUEUE, job_queue


class Exploit:
    """Sets ``executed`` when it is unpickled."""

    executed = False

    def __reduce__(self):
        return (setattr, (Exploit, "executed", True))


async def test_queue_neither_writes_nor_reads_pickles(redis):
    queue = job_queue(redis)
    await queue.enqueue_job("ingest", 1, _job_id="ours")
    stored = await redis.get("arq:job:ours")
    assert stored[:1] != b"\x80" or not stored.endswith(b".")
    await redis.set("arq:job:foreign", pickle.dumps(Exploit()))
    for name in (SHARD_QUEUE, PERIODIC_QUEUE):
        await redis.zadd(name, {"foreign": 1})
        try:
            await queue.queued_jobs(queue_name=name)
        except Exception as error:
            assert "deserialize" in str(error)  # noqa: PT017
    assert not Exploit.executed
