"""The first administrator of an install."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from common.config import ConfigError
from common.passwords import verify_password
from common.store.accounts import create_user
from common.store.first_admin import create_first_admin

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PASSWORD = "a password of the tests"


async def test_install_without_users_gets_administrator_with_given_password(
    pool: "asyncpg.Pool[Any]",
) -> None:
    assert await create_first_admin(pool, PASSWORD, NOW)
    user = await pool.fetchrow("select username, password_hash, is_admin from users")
    assert (user["username"], user["is_admin"]) == ("admin", True)
    assert verify_password(PASSWORD, user["password_hash"])


async def test_second_start_changes_nothing(pool: "asyncpg.Pool[Any]") -> None:
    await create_first_admin(pool, PASSWORD, NOW)
    assert not await create_first_admin(pool, "another password", NOW)
    assert verify_password(PASSWORD, await pool.fetchval("select password_hash from users"))


async def test_deleted_administrator_is_not_created_again(pool: "asyncpg.Pool[Any]") -> None:
    await create_user(pool, "alice", PASSWORD, is_admin=True, now=NOW)
    assert not await create_first_admin(pool, PASSWORD, NOW)
    assert await pool.fetchval("select array_agg(username) from users") == ["alice"]


@pytest.mark.parametrize("password", [None, "", "short"])
async def test_unusable_password_is_reported_with_its_variable(pool: "asyncpg.Pool[Any]", password: str | None) -> None:
    with pytest.raises(ConfigError, match="PYUNIQVISIT_ADMIN_PASSWORD"):
        await create_first_admin(pool, password, NOW)
