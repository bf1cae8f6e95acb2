"""Users of the API's tests."""

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from common.clock import Clock, utc
from common.config import Settings, required_secret
from common.ids import as_uuid, uuid7
from common.passwords import UNKNOWN_USER_HASH
from common.store import load_queries
from services.api.accounts.auth.tokens import AccessTokens, Keyring

_SQL = load_queries("common.store")
_SITES_SQL = load_queries("tests.support")


@dataclass(frozen=True)
class User:
    id: UUID
    username: str
    headers: dict[str, str]
    """What a request of this user carries."""


def access_tokens(settings: Settings, clock: Clock) -> AccessTokens:
    """Makes the same tokens as the API of these settings."""
    keyring = Keyring.of(required_secret(settings.api.jwt_secret, "api.jwt_secret"))
    return AccessTokens(keyring, timedelta(minutes=settings.api.access_token_minutes), clock, os.urandom)


async def add_user(pool: Any, username: str, settings: Settings, clock: Clock, *, is_admin: bool = False) -> User:
    """A user with a token and, because hashing takes its time, without a password."""
    user_id = as_uuid(uuid7(clock(), os.urandom(10)))
    await pool.execute(_SQL["create_user"], user_id, username, UNKNOWN_USER_HASH, is_admin, utc(clock()))
    token = access_tokens(settings, clock).issue(user_id)
    return User(user_id, username, {"Authorization": f"Bearer {token}"})


async def make_site_admin(pool: Any, user: User, site_name: str) -> None:
    await pool.execute(_SITES_SQL["make_site_admin"], site_name, user.id)
