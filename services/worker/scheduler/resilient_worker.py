"""An arq worker that outlives Redis: it goes on where it was, with all its places for jobs, when Redis is back."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from arq.worker import Worker

from common.outage import REDIS_ERRORS, OutageLog

_RETRY_SECONDS = 0.5


class SteadyWorker(Worker):
    def __init__(self, *args: Any, queue_name: str, **options: Any) -> None:
        super().__init__(*args, queue_name=queue_name, **options)
        self.outage = OutageLog(f"job queue {queue_name}")
        self._at_work = 0

    async def _poll_iteration(self) -> None:
        try:
            await super()._poll_iteration()
        except REDIS_ERRORS as error:
            self.outage.failed(error)
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            self.outage.recovered()

    async def start_jobs(self, job_ids: list[bytes]) -> None:
        """Leaves out what is at work here: Redis forgets that after seconds, or with its data, and offers it again."""
        at_work = {job_id.encode() for job_id, task in self.tasks.items() if not task.done()}
        try:
            await super().start_jobs([job_id for job_id in job_ids if job_id not in at_work])
        except BaseException:
            # The place that was taken for a job that then could not be started would be taken for ever.
            while self.job_counter > self._at_work:
                super()._release_sem_dec_counter_on_complete()
            raise

    def run_job(self, job_id: str, score: int) -> Coroutine[Any, Any, None]:
        """Called for each job that is started; nobody waits for what it raises."""
        self._at_work += 1
        return self._run(job_id, score)

    async def _run(self, job_id: str, score: int) -> None:
        try:
            await super().run_job(job_id, score)
        except REDIS_ERRORS as error:
            self.outage.failed(error)

    def _release_sem_dec_counter_on_complete(self) -> None:
        self._at_work -= 1
        super()._release_sem_dec_counter_on_complete()
