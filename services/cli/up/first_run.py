"""What an install needs before anybody can use it: its tables, the demo site, somebody who can log in."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from common.bots import BotPolicy
from common.passwords import PasswordError
from common.store import connect
from common.store.accounts import NewSite, create_admin, create_site, has_users
from services.cli.errors import CliError
from services.cli.parent_death import ending_with_parent
from services.cli.up.plan import DEMO_SITE
from services.cli.up.service import ServiceProgram, python_module

FIRST_ADMIN = "admin"


async def migrate(environment: Mapping[str, str], *options: str) -> None:
    """Brings the database to the newest schema, in a process of its own. Raises ``CliError``."""
    process = await asyncio.create_subprocess_exec(
        *ending_with_parent(ServiceProgram.stop_signal),
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


async def is_first_run(database_url: str) -> bool:
    """Whether nobody can log in yet."""
    connection = await connect(database_url)
    try:
        return not await has_users(connection)
    finally:
        await connection.close()


async def make_demo_site(database_url: str, api_url: str, now: datetime) -> None:
    """The site of the demo pages, which takes beacons from any origin and counts the programs that try it out, too.

    Does nothing where it exists.
    """
    connection = await connect(database_url)
    try:
        await create_site(connection, NewSite(name=DEMO_SITE, url=f"{api_url}/demo/", bot_policy=BotPolicy.COUNT), now)
    finally:
        await connection.close()


async def make_first_admin(
    database_url: str, chosen: str | None, make_password: Callable[[], str], now: datetime
) -> str | None:
    """Makes ``admin`` with the chosen password, else a random one, which is returned. Raises ``CliError``."""
    password = chosen or make_password()
    connection = await connect(database_url)
    try:
        await create_admin(connection, FIRST_ADMIN, password, now)
    except PasswordError as error:
        raise CliError(f"PYUNIQVISIT_ADMIN_PASSWORD: {error}") from None
    finally:
        await connection.close()
    return None if chosen else password
