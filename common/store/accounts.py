"""Creates users and sites, for the API and for the command line."""

import asyncio
import os
import uuid
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from common.ids import as_uuid, uuid7
from common.passwords import hash_password
from common.sites import SiteSettings
from common.store.connection import Executor
from common.store.queries import load_queries

_SQL = load_queries("common.store")

MAX_USERNAME = 100


async def create_user(
    connection: Executor,
    username: str,
    password: str,
    *,
    is_admin: bool,
    now: datetime,
    random: Callable[[int], bytes] = os.urandom,
) -> uuid.UUID | None:
    """Return the id of the new user, or None when the username is taken, ignoring case.

    Raises ``PasswordError``, or ``ValueError`` for an invalid username.
    """
    username = username.strip()
    if not 1 <= len(username) <= MAX_USERNAME or not username.isprintable():
        raise ValueError(f"a username has 1 to {MAX_USERNAME} printable characters")
    user_id = as_uuid(uuid7(int(now.timestamp() * 1000), random(10)))
    password_hash = await asyncio.to_thread(hash_password, password)
    created: uuid.UUID | None = await connection.fetchval(
        _SQL["create_user"], user_id, username, password_hash, is_admin, now
    )
    return created


async def create_admin(connection: Executor, username: str, password: str, now: datetime) -> bool:
    """Create an administrator. Return False, and change nothing, when the username is taken.

    Raises ``PasswordError`` or ``ValueError``.
    """
    if await connection.fetchval(_SQL["user_exists"], username.strip()):
        return False
    return await create_user(connection, username, password, is_admin=True, now=now) is not None


async def create_site(connection: Executor, site: SiteSettings, now: datetime) -> int | None:
    """Return the id of the new site, or None when the name is taken. The caller then publishes the registry."""
    site_id: int | None = await connection.fetchval(*_SQL.bind("create_site", **asdict(site), created_at=now))
    return site_id


async def has_users(connection: Executor) -> bool:
    """Return whether there are users: an install without users is at its first start."""
    return bool(await connection.fetchval(_SQL["has_users"]))
