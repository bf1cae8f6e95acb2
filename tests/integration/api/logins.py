"""Logging in with a password, with hashes that are cheap to make."""

from datetime import datetime
from typing import Any

import bcrypt

from tests.integration.api.people import User

PASSWORD = "correct horse battery"
_HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()


async def give_password(pool: Any, user: User, now: datetime) -> None:
    """Let the user log in with ``PASSWORD``."""
    await pool.execute("update users set password_hash = $2, updated_at = $3 where id = $1", user.id, _HASH, now)


async def log_in(client: Any, username: str, password: str = PASSWORD, **more: Any) -> Any:
    headers = more.pop("headers", {})
    body = {"username": username, "password": password, **more}
    return await client.post("/api/v1/auth/token", json=body, headers=headers)


async def logged_in(client: Any, username: str, password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    """Return the token pair, and in ``headers`` the headers of an authenticated request."""
    answer = await log_in(client, username, password, **more)
    assert answer.status == 200, await answer.text()
    pair = await answer.json()
    return {**pair, "headers": bearer(pair["access_token"])}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def problem_of(answer: Any) -> tuple[int, str]:
    """Return the status and the slug of a problem."""
    return answer.status, (await answer.json())["type"].rpartition(":")[2]
