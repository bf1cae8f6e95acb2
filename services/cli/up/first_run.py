"""What an install needs before anybody can use it: its tables, the demo site, somebody who can log in."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from common.bots import BotPolicy, OverrideKind, Rule
from common.clock import utc
from common.ids import as_uuid, uuid7
from common.passwords import PasswordError
from common.salts import Randomness
from common.store import connect, load_queries
from common.store.accounts import NewSite, create_admin, create_site, has_users
from services.cli.errors import CliError
from services.cli.parent_death import ending_with_parent
from services.cli.up.plan import DEMO_SITE
from services.cli.up.service import ServiceProgram, python_module

FIRST_ADMIN = "admin"
_SQL = load_queries(__package__)
_KEPT_APART = (
    *(
        (OverrideKind.RULE.value, rule.value)
        for rule in (Rule.CRAWLER, Rule.AI_CRAWLER, Rule.MONITOR, Rule.PREVIEW, Rule.FEED_READER, Rule.SCANNER)
    ),
    (OverrideKind.USER_AGENT.value, "Scrapy/*"),
)
"""Programs that nobody tries the demo site out with."""


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


async def make_demo_site(database_url: str, api_url: str, now_ms: int, random: Randomness) -> None:
    """The site of the demo pages, which takes beacons from any origin and counts the programs that try it out, too.

    Crawlers that say what they are do not: they are kept apart, as on any other site. Does nothing where it exists.
    """
    now = utc(now_ms)
    site = NewSite(name=DEMO_SITE, url=f"{api_url}/demo/", bot_policy=BotPolicy.COUNT)
    connection = await connect(database_url)
    try:
        async with connection.transaction():
            site_id = await create_site(connection, site, now)
            if site_id is not None:
                ids = [as_uuid(uuid7(now_ms, random(10))) for _ in _KEPT_APART]
                await connection.execute(_SQL["block_programs"], site_id, now, ids, *zip(*_KEPT_APART, strict=True))
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
