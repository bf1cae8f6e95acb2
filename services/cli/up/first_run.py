"""What the first start of an install creates: the demo site and the first administrator."""

from collections.abc import Callable
from datetime import datetime

from common.bots import BotPolicy, OverrideKind, Rule
from common.clock import utc
from common.ids import as_uuid, uuid7
from common.passwords import PasswordError
from common.salts import Randomness
from common.sites import SiteSettings
from common.store import connect, load_queries
from common.store.accounts import create_admin, create_site, has_users
from services.cli.errors import CliError
from services.cli.up.plan import DEMO_SITE

FIRST_ADMIN = "admin"
_SQL = load_queries(__package__)
_DEMO_OVERRIDES = (
    *(
        (OverrideKind.RULE.value, rule.value)
        for rule in (Rule.CRAWLER, Rule.AI_CRAWLER, Rule.MONITOR, Rule.PREVIEW, Rule.FEED_READER, Rule.SCANNER)
    ),
    (OverrideKind.USER_AGENT.value, "Scrapy/*"),
)
"""Bots that are blocked on the demo site, because they are not used to try it out."""


async def is_first_run(database_url: str) -> bool:
    """Return whether the install has no users yet."""
    connection = await connect(database_url)
    try:
        return not await has_users(connection)
    finally:
        await connection.close()


async def create_demo_site(database_url: str, api_url: str, now_ms: int, random: Randomness) -> None:
    """Create the site of the demo pages, unless it exists.

    It counts headless browsers and scripts, with which the product is tried out; declared crawlers are blocked.
    """
    now = utc(now_ms)
    site = SiteSettings(name=DEMO_SITE, url=f"{api_url}/demo/", bot_policy=BotPolicy.COUNT)
    connection = await connect(database_url)
    try:
        async with connection.transaction():
            site_id = await create_site(connection, site, now)
            if site_id is not None:
                ids = [as_uuid(uuid7(now_ms, random(10))) for _ in _DEMO_OVERRIDES]
                await connection.execute(
                    _SQL["insert_overrides"], site_id, now, ids, *zip(*_DEMO_OVERRIDES, strict=True)
                )
    finally:
        await connection.close()


async def create_first_admin(
    database_url: str, chosen: str | None, generate_password: Callable[[], str], now: datetime
) -> str | None:
    """Create ``admin`` with the chosen password, else a generated one, which is returned. Raises ``CliError``."""
    password = chosen or generate_password()
    connection = await connect(database_url)
    try:
        await create_admin(connection, FIRST_ADMIN, password, now)
    except PasswordError as error:
        raise CliError(f"PYUNIQVISIT_ADMIN_PASSWORD: {error}") from None
    finally:
        await connection.close()
    return None if chosen else password
