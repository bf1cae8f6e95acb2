"""How `up` and `pyuniqvisit migrate` migrate the database: `common.store.migrate`, in a process of its own."""

import asyncio
from collections.abc import Mapping

from services.cli.embedded.parent_death import ending_with_parent
from services.cli.errors import CliError
from services.cli.up.supervised_service import SupervisedService, python_module


async def migrate(environment: Mapping[str, str], *options: str) -> None:
    """Migrate the database of ``environment`` to the newest schema. Raises ``CliError``."""
    process = await asyncio.create_subprocess_exec(
        *ending_with_parent(SupervisedService.stop_signal),
        *python_module("common.store.migrate"),
        *options,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    if process.returncode:
        lines = errors.decode(errors="replace").strip().splitlines()
        raise CliError(lines[-1] if lines else f"migrate: exit code {process.returncode}")
