"""The own account: name, password, and where one is logged in."""

import asyncio

import pytest

from common.clock import utc
from tests.integration.api.logins import PASSWORD, bearer, give_password, log_in, logged_in, problem_of
from tests.integration.api.people import add_user

NEW = "staple battery horse"


@pytest.fixture
async def known(pool, reader, clock):
    await give_password(pool, reader, utc(clock()))
    return reader.username


async def get_me(client, headers):
    return await client.get("/api/v1/me", headers=headers)


async def change_password(client, headers, old=PASSWORD, new=NEW):
    body = {"old_password": old, "new_password": new}
    return await client.put("/api/v1/me/password", json=body, headers=headers)


async def sessions(client, headers):
    return (await (await client.get("/api/v1/me/sessions", headers=headers)).json())["sessions"]


async def refresh(client, pair):
    return await client.post("/api/v1/auth/refresh", json={"refresh_token": pair["refresh_token"]})


async def test_users_see_their_profile(client, reader, admin):
    answer = await get_me(client, reader.headers)
    assert await answer.json() == {
        "username": "rob",
        "is_admin": False,
        "second_factor": False,
        "created_at": "2046-11-22T12:30:00Z",
        "scopes": None,
    }
    assert (await (await get_me(client, admin.headers)).json())["is_admin"] is True
    assert (await get_me(client, {})).status == 401


async def test_username_changes_and_session_continues(client, known):
    me = await logged_in(client, known)
    answer = await client.patch("/api/v1/me", json={"username": "Robert"}, headers=me["headers"])
    assert (answer.status, (await answer.json())["username"]) == (200, "Robert")
    assert (await get_me(client, me["headers"])).status == 200
    assert (await log_in(client, known)).status == 401
    assert (await log_in(client, "robert")).status == 200


async def test_username_of_other_user_is_taken_but_own_name_in_other_case_is_not(client, reader, admin):
    answer = await client.patch("/api/v1/me", json={"username": "ADA"}, headers=reader.headers)
    assert await problem_of(answer) == (409, "username-taken")
    answer = await client.patch("/api/v1/me", json={"username": "ROB"}, headers=reader.headers)
    assert (answer.status, (await answer.json())["username"]) == (200, "ROB")


@pytest.mark.parametrize("username", ["", " rob", "a\tb", "x" * 101, "..", 7])
async def test_invalid_username_is_rejected(client, reader, username):
    answer = await client.patch("/api/v1/me", json={"username": username}, headers=reader.headers)
    assert await problem_of(answer) == (422, "invalid-body")
    assert (await answer.json())["field"] == "username"


async def test_user_cannot_become_administrator(client, reader):
    answer = await client.patch("/api/v1/me", json={"is_admin": True}, headers=reader.headers)
    assert await problem_of(answer) == (422, "invalid-body")


async def test_new_password_replaces_old_one_and_ends_other_sessions_at_once(client, known):
    here, there = await logged_in(client, known), await logged_in(client, known)
    assert (await change_password(client, here["headers"])).status == 204
    assert (await get_me(client, here["headers"])).status == 200
    assert (await refresh(client, here)).status == 200
    assert (await get_me(client, there["headers"])).status == 401
    assert (await refresh(client, there)).status == 401
    assert (await log_in(client, known)).status == 401
    assert (await log_in(client, known, NEW)).status == 200


async def test_password_change_requires_old_password_and_slows_guessing(client, known):
    me = await logged_in(client, known)
    answers = [await change_password(client, me["headers"], old="not the password") for _ in range(7)]
    assert [answer.status for answer in answers] == [422] * 6 + [429]
    assert await problem_of(answers[0]) == (422, "wrong-password")
    assert (await answers[0].json())["field"] == "old_password"


@pytest.mark.parametrize("new", ["seven77", "p" * 73, "Password123!", "12345678"])
async def test_new_password_follows_rules(client, known, new):
    me = await logged_in(client, known)
    answer = await change_password(client, me["headers"], new=new)
    assert await problem_of(answer) == (422, "invalid-body")
    assert (await answer.json())["field"] == "new_password"
    assert new not in await answer.text()


async def test_login_with_old_password_does_not_survive_password_change(client, known, clock):
    me = await logged_in(client, known)
    others = [log_in(client, known) for _ in range(4)]
    changed, *answers = await asyncio.gather(change_password(client, me["headers"]), *others)
    assert changed.status == 204
    for answer in answers:
        if answer.status == 200:
            assert (await get_me(client, bearer((await answer.json())["access_token"]))).status == 401
    assert [session["current"] for session in await sessions(client, me["headers"])] == [True]


async def test_users_see_their_sessions(client, known, clock):
    here = await logged_in(client, known, headers={"User-Agent": "Here/1.0"})
    await logged_in(client, known, headers={"User-Agent": "There/2.0 " + "x" * 500})
    there, own = sorted(await sessions(client, here["headers"]), key=lambda session: session["current"])
    assert (own["client"], own["current"]) == ("Here/1.0", True)
    assert (there["client"].split()[0], len(there["client"]), there["current"]) == ("There/2.0", 200, False)
    assert own["created_at"] == own["refreshed_at"] == "2046-11-22T12:30:00Z"
    assert own["expires_at"] == "2046-12-22T12:30:00Z"


async def test_session_continues_when_token_is_rotated(client, known):
    first = await logged_in(client, known, headers={"User-Agent": "Here/1.0"})
    second = await (await refresh(client, first)).json()
    seen = await sessions(client, bearer(second["access_token"]))
    assert [(session["client"], session["current"]) for session in seen] == [("Here/1.0", True)]


async def test_session_is_ended_at_once(client, known):
    here, there = await logged_in(client, known), await logged_in(client, known)
    other = next(session for session in await sessions(client, here["headers"]) if not session["current"])
    path = f"/api/v1/me/sessions/{other['id']}"
    assert (await client.delete(path, headers=here["headers"])).status == 204
    assert (await get_me(client, there["headers"])).status == 401
    assert (await refresh(client, there)).status == 401
    assert (await get_me(client, here["headers"])).status == 200
    assert await problem_of(await client.delete(path, headers=here["headers"])) == (404, "session-not-found")


async def test_all_other_sessions_are_ended_at_once(client, known):
    here, *others = [await logged_in(client, known) for _ in range(3)]
    assert (await client.delete("/api/v1/me/sessions", headers=here["headers"])).status == 204
    assert [(await get_me(client, other["headers"])).status for other in others] == [401, 401]
    assert (await get_me(client, here["headers"])).status == 200


async def test_sessions_of_other_users_cannot_be_ended(client, pool, known, clock, api_settings):
    eve = await add_user(pool, "eve", api_settings, clock)
    victim = await logged_in(client, known)
    (session,) = await sessions(client, victim["headers"])
    for number in (session["id"], "nonsense"):
        answer = await client.delete(f"/api/v1/me/sessions/{number}", headers=eve.headers)
        assert await problem_of(answer) == (404, "session-not-found")
    assert (await client.delete("/api/v1/me/sessions", headers=eve.headers)).status == 204
    assert (await get_me(client, victim["headers"])).status == 200
    assert await sessions(client, eve.headers) == []
