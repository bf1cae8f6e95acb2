"""What keeps a worker from starting."""

import asyncio

import pytest

from common.config import ConfigError, Settings
from common.store.install import InstallError
from services.worker import __main__ as process
from services.worker.app import open_worker
from tests.support.ports import own_port
from tests.support.waiting import DEADLINE_SECONDS


def changed(settings: Settings, **parts: dict[str, object]) -> Settings:
    values = settings.model_dump()
    for name, part in parts.items():
        values[name] |= part
    return Settings.model_validate(values)


async def test_too_few_connections_for_its_jobs_are_refused(settings: Settings):
    with pytest.raises(ConfigError, match="pool_size"):
        async with open_worker(changed(settings, database={"pool_size": 4})):
            pass


async def test_another_number_of_shards_than_the_installs_is_refused(settings: Settings):
    with pytest.raises(InstallError, match="created with 4"):
        async with open_worker(changed(settings, install={"shards": 16})):
            pass


async def test_a_worker_whose_work_ends_by_a_mistake_ends_as_a_process(settings: Settings, redis, monkeypatch):
    async def mistaken(_parts: object, _stop: asyncio.Event) -> None:
        await asyncio.sleep(0.1)
        raise LookupError("a mistake of ours")

    monkeypatch.setattr(process, "run_until", mistaken)
    with pytest.raises(LookupError, match="of ours"):
        await asyncio.wait_for(process.serve(changed(settings, worker={"port": own_port()})), DEADLINE_SECONDS)
