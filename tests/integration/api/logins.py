"""Logging in by password, with hashes that are made in no time."""

from datetime import datetime
from typing import Any

import bcrypt

from common.store import load_queries
from tests.integration.api.people import User

PASSWORD = "correct horse battery"
_SQL = load_queries("services.api.accounts.users")
_HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()


async def give_password(pool: Any, user: User, now: datetime) -> None:
    """The user can log in with ``PASSWORD``."""
    await pool.execute(_SQL["change_user"], user.id, None, None, _HASH, False, now)


async def log_in(client: Any, username: str, password: str = PASSWORD, **more: Any) -> Any:
    headers = more.pop("headers", {})
    body = {"username": username, "password": password, **more}
    return await client.post("/api/v1/auth/token", json=body, headers=headers)


async def logged_in(client: Any, username: str, password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    """The token pair, and in ``headers`` what a request carries."""
    answer = await log_in(client, username, password, **more)
    assert answer.status == 200, await answer.text()
    pair = await answer.json()
    return {**pair, "headers": bearer(pair["access_token"])}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def problem_of(answer: Any) -> tuple[int, str]:
    """Status and slug."""
    return answer.status, (await answer.json())["type"].rpartition(":")[2]
