"""Logging in, staying logged in, being refused."""

import time
from datetime import timedelta

import jwt
import pytest

from common.clock import utc
from common.store.accounts import create_admin, create_user
from services.api.accounts.auth.tokens import AccessTokens, Keyring
from services.api.problems import CONTENT_TYPE
from tests.integration.api.people import access_tokens

PASSWORD = "correct horse battery"


@pytest.fixture
async def ada(pool, clock):
    return await create_user(pool, "Ada", PASSWORD, is_admin=True, now=utc(clock()))


async def log_in(client, username="ada", password=PASSWORD):
    return await client.post("/api/v1/auth/token", json={"username": username, "password": password})


async def refresh(client, token):
    return await client.post("/api/v1/auth/refresh", json={"refresh_token": token})


async def sees_sites(client, token):
    answer = await client.get("/api/v1/sites", headers={"Authorization": f"Bearer {token}"})
    return answer.status == 200


async def test_correct_password_returns_token_pair_that_authenticates(client, ada):
    answer = await log_in(client)
    pair = await answer.json()
    assert answer.status == 200
    assert pair.keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 900)
    assert answer.headers["Cache-Control"] == "no-store"
    assert await sees_sites(client, pair["access_token"])


async def test_wrong_password_unknown_user_and_disabled_user_get_same_response(client, ada, pool):
    await create_user(pool, "gone", PASSWORD, is_admin=False, now=utc(0))
    await pool.execute("update users set disabled_at = now() where username = 'gone'")
    answers = [
        await log_in(client, "ada", "not the password"),
        await log_in(client, "unknown", PASSWORD),
        await log_in(client, "gone", PASSWORD),
        await log_in(client, "ada", PASSWORD + "x" * 100),
        await log_in(client, "a\0da", ""),
    ]
    assert {answer.status for answer in answers} == {401}
    assert len({await answer.text() for answer in answers}) == 1
    assert answers[0].content_type == CONTENT_TYPE


async def test_unknown_user_takes_as_long_as_wrong_password(client, ada):
    async def took(username):
        began = time.process_time()
        await log_in(client, username, "not the password")
        return time.process_time() - began

    known, unknown = await took("ada"), await took("unknown")
    assert unknown > known / 2


async def test_password_that_bcrypt_would_truncate_does_not_match_its_beginning(client, pool):
    await create_user(pool, "long", "p" * 72, is_admin=False, now=utc(0))
    assert (await log_in(client, "long", "p" * 72)).status == 200
    assert (await log_in(client, "long", "p" * 73)).status == 401


async def test_access_token_expires(client, ada, clock):
    pair = await (await log_in(client)).json()
    clock.forward(timedelta(seconds=899))
    assert await sees_sites(client, pair["access_token"])
    clock.forward(timedelta(seconds=1))
    assert not await sees_sites(client, pair["access_token"])


async def test_altered_access_token_is_rejected(client, admin, api_settings, clock):
    token = admin.headers["Authorization"].removeprefix("Bearer ")
    header, claims, signature = token.split(".")
    secret = api_settings.api.jwt_secret.get_secret_value()
    good = jwt.decode(token, secret, ["HS256"], options={"verify_exp": False, "verify_iat": False, "verify_aud": False})
    kid = {"kid": jwt.get_unverified_header(token)["kid"]}
    without_subject = {name: value for name, value in good.items() if name != "sub"}

    assert await sees_sites(client, jwt.encode(good, secret, "HS256", headers=kid)), "else the rest proves nothing"
    forged = {
        "other signature": f"{header}.{claims}.{signature[:-4]}AAAA",
        "other secret": jwt.encode(good, "another secret of at least 32 letters", "HS256", headers=kid),
        "no key id": jwt.encode(good, secret, "HS256"),
        "unknown key id": jwt.encode(good, secret, "HS256", headers={"kid": "other"}),
        "no signature": jwt.encode(good, None, "none", headers=kid),
        "other algorithm": jwt.encode(good, secret * 2, "HS512", headers=kid),
        "other audience": jwt.encode({**good, "aud": "other"}, secret, "HS256", headers=kid),
        "other issuer": jwt.encode({**good, "iss": "other"}, secret, "HS256", headers=kid),
        "no subject": jwt.encode(without_subject, secret, "HS256", headers=kid),
        "no such user": jwt.encode({**good, "sub": "00000000-0000-7000-8000-000000000000"}, secret, headers=kid),
        "no user id": jwt.encode({**good, "sub": "ada"}, secret, headers=kid),
        "no token": "nonsense",
        "empty": "",
    }
    for what, text in forged.items():
        assert not await sees_sites(client, text), what


async def test_request_without_token_gets_challenge(client):
    answer = await client.get("/api/v1/sites")
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert (await answer.json())["type"] == "urn:pyuniqvisit:problem:unauthenticated"


async def test_disabled_user_loses_access_at_once(client, ada, pool):
    pair = await (await log_in(client)).json()
    await pool.execute("update users set disabled_at = now()")
    assert not await sees_sites(client, pair["access_token"])
    assert (await refresh(client, pair["refresh_token"])).status == 401


async def test_refresh_token_returns_new_pair_and_is_stored_hashed(client, ada, pool):
    first = await (await log_in(client)).json()
    answer = await refresh(client, first["refresh_token"])
    second = await answer.json()
    assert answer.status == 200
    assert second["refresh_token"] != first["refresh_token"]
    assert await sees_sites(client, second["access_token"])
    kept = await pool.fetch("select token_hash, family from refresh_tokens")
    assert {len(row["token_hash"]) for row in kept} == {32}
    assert len({row["family"] for row in kept}) == 1
    assert first["refresh_token"].encode() not in {row["token_hash"] for row in kept}


async def test_refresh_token_used_twice_ends_its_session_only(client, ada):
    other = await (await log_in(client)).json()
    first = await (await log_in(client)).json()
    second = await (await refresh(client, first["refresh_token"])).json()
    assert (await refresh(client, first["refresh_token"])).status == 401
    assert (await refresh(client, second["refresh_token"])).status == 401
    assert (await refresh(client, other["refresh_token"])).status == 200


async def test_refresh_token_expires_and_is_deleted_at_next_login(client, ada, clock, pool):
    pair = await (await log_in(client)).json()
    clock.forward(timedelta(days=30))
    assert (await refresh(client, pair["refresh_token"])).status == 401
    await log_in(client)
    assert await pool.fetchval("select count(*) from refresh_tokens") == 1


async def test_tokens_of_previous_key_are_valid_while_key_is_configured(api_settings, clock, admin):
    old = access_tokens(api_settings, clock)
    token = old.issue(admin.id)
    kid = jwt.get_unverified_header(token)["kid"]
    secret = api_settings.api.jwt_secret.get_secret_value()
    rotated = Keyring("new", {"new": "a new secret of the tests, 32 letters", kid: secret})
    both = AccessTokens(rotated, timedelta(minutes=15), clock, lambda count: bytes(count))
    assert both.verify(token).user_id == admin.id
    assert jwt.get_unverified_header(both.issue(admin.id))["kid"] == "new"


async def test_first_admin_is_created_once(pool, client):
    assert await create_admin(pool, "root", PASSWORD, utc(0)) is True
    assert await create_admin(pool, " ROOT ", "another password", utc(0)) is False
    assert (await log_in(client, "Root", PASSWORD)).status == 200
