"""An arq worker that continues after an outage of Redis, with all its job slots free."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from arq.worker import Worker

from common.outage import REDIS_ERRORS, OutageLog

_RETRY_SECONDS = 0.5


class ResilientWorker(Worker):
    def __init__(self, *args: Any, queue_name: str, **options: Any) -> None:
        super().__init__(*args, queue_name=queue_name, **options)
        self.outage = OutageLog(f"job queue {queue_name}")
        self._running_jobs = 0

    async def _poll_iteration(self) -> None:
        try:
            await super()._poll_iteration()
        except REDIS_ERRORS as error:
            self.outage.failed(error)
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            self.outage.recovered()

    async def start_jobs(self, job_ids: list[bytes]) -> None:
        """Start the jobs that do not run in this process yet.

        Redis forgets that a job is running after some seconds, or with its data, and offers it again.
        """
        running = {job_id.encode() for job_id, task in self.tasks.items() if not task.done()}
        try:
            await super().start_jobs([job_id for job_id in job_ids if job_id not in running])
        except BaseException:
            # Free the slots of jobs that could not be started; arq does not.
            while self.job_counter > self._running_jobs:
                super()._release_sem_dec_counter_on_complete()
            raise

    def run_job(self, job_id: str, score: int) -> Coroutine[Any, Any, None]:
        """Count the job as running, and log an outage of Redis while it runs. No one awaits its exceptions."""
        self._running_jobs += 1
        return self._run(job_id, score)

    async def _run(self, job_id: str, score: int) -> None:
        try:
            await super().run_job(job_id, score)
        except REDIS_ERRORS as error:
            self.outage.failed(error)

    def _release_sem_dec_counter_on_complete(self) -> None:
        self._running_jobs -= 1
        super()._release_sem_dec_counter_on_complete()
