"""Errors that prevent the start of a worker."""

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


async def test_worker_does_not_start_with_too_few_connections_for_its_jobs(settings: Settings):
    with pytest.raises(ConfigError, match="pool_size"):
        async with open_worker(changed(settings, database={"pool_size": 4})):
            pass


async def test_worker_does_not_start_with_different_number_of_shards(settings: Settings):
    with pytest.raises(InstallError, match="created with 4"):
        async with open_worker(changed(settings, install={"shards": 16})):
            pass


async def test_process_ends_when_its_work_fails_unexpectedly(settings: Settings, redis, monkeypatch):
    async def failing(_parts: object, _stop: asyncio.Event) -> None:
        await asyncio.sleep(0.1)
        raise LookupError("a bug")

    monkeypatch.setattr(process, "run_until", failing)
    with pytest.raises(LookupError, match="a bug"):
        await asyncio.wait_for(process.serve(changed(settings, worker={"port": own_port()})), DEADLINE_SECONDS)
