"""What keeps a worker from starting."""

import pytest

from common.config import ConfigError, Settings
from common.store.install import InstallError
from services.worker.app import open_worker


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
