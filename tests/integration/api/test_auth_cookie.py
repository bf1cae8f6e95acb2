"""The refresh token as a cookie, as the dashboard has it; and logging out."""

import pytest
from aiohttp.test_utils import TestClient, TestServer

from common.clock import utc
from services.api.accounts.auth.routes import REFRESH_COOKIE
from services.api.app import create_app
from tests.integration.api.logins import give_password, log_in, logged_in, problem_of


@pytest.fixture
async def known(pool, reader, clock):
    await give_password(pool, reader, utc(clock()))
    return reader.username


def cookie_of(answer):
    return answer.cookies[REFRESH_COOKIE]


async def refresh(client, cookie, **headers):
    client.session.cookie_jar.clear()
    return await client.post("/api/v1/auth/refresh", headers={"Cookie": f"{REFRESH_COOKIE}={cookie}", **headers})


async def log_out(client, **request):
    client.session.cookie_jar.clear()
    return await client.post("/api/v1/auth/logout", **request)


async def is_authenticated(client, headers):
    return (await client.get("/api/v1/me", headers=headers)).status == 200


async def test_login_with_cookie_hides_refresh_token_from_scripts(client, known):
    answer = await log_in(client, known, cookie=True)
    assert (await answer.json())["refresh_token"] is None
    cookie = cookie_of(answer)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/api/v1/auth")
    assert cookie["max-age"] == str(30 * 24 * 3600)
    assert cookie["domain"] == ""


async def test_login_without_cookie_sets_none(client, known):
    answer = await log_in(client, known)
    assert (await answer.json())["refresh_token"]
    assert REFRESH_COOKIE not in answer.cookies


async def test_cookie_is_rotated_and_works_once(client, known):
    first = cookie_of(await log_in(client, known, cookie=True)).value
    answer = await refresh(client, first)
    pair = await answer.json()
    second = cookie_of(answer).value
    assert answer.status == 200
    assert pair["refresh_token"] is None
    assert second not in ("", first)
    assert await is_authenticated(client, {"Authorization": f"Bearer {pair['access_token']}"})
    assert await problem_of(await refresh(client, first)) == (401, "invalid-refresh-token")
    assert (await refresh(client, second)).status == 401, "a cookie that came twice ends the login"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_page_of_other_origin_cannot_use_cookie(client, known, site):
    cookie = cookie_of(await log_in(client, known, cookie=True)).value
    assert (await refresh(client, cookie, **{"Sec-Fetch-Site": site})).status == 401
    assert (await refresh(client, cookie, **{"Sec-Fetch-Site": "same-origin"})).status == 200


@pytest.mark.parametrize(
    "origin", ["http://sister.shop.example", "null", "http://127.0.0.1", "http://127.0.0.1.evil.example"]
)
async def test_origin_header_decides_without_https(client, known, origin):
    cookie = cookie_of(await log_in(client, known, cookie=True)).value
    assert (await refresh(client, cookie, Origin=origin)).status == 401
    own = f"http://{client.host}:{client.port}"
    assert (await refresh(client, cookie, Origin=own)).status == 200


@pytest.mark.parametrize("header", [{"Sec-Fetch-Site": "same-site"}, {"Origin": "http://sister.shop.example"}])
async def test_page_of_other_origin_cannot_log_in(client, known, header):
    answer = await log_in(client, known, cookie=True, headers=header)
    assert await problem_of(answer) == (403, "forbidden")
    assert REFRESH_COOKIE not in answer.cookies
    assert (await log_in(client, known, headers=header)).status == 200, "a token is of no use to another page"


@pytest.mark.parametrize("body", [None, {}, {"refresh_token": None}])
async def test_refresh_without_token_is_rejected(client, known, body):
    client.session.cookie_jar.clear()
    answer = await client.post("/api/v1/auth/refresh", **({} if body is None else {"json": body}))
    assert await problem_of(answer) == (401, "invalid-refresh-token")


@pytest.mark.parametrize(("trusted", "secure"), [(("127.0.0.0/8",), True), ((), "")])
async def test_cookie_is_secure_if_browser_used_https(api_settings, known, clock, trusted, secure):
    api = api_settings.api.model_copy(update={"trusted_proxies": trusted})
    async with TestClient(TestServer(create_app(api_settings.model_copy(update={"api": api}), clock))) as client:
        answer = await log_in(client, known, cookie=True, headers={"X-Forwarded-Proto": "https"})
        assert cookie_of(answer)["secure"] == secure


async def test_logout_ends_tokens_of_its_session_only(client, known):
    here, there = await logged_in(client, known), await logged_in(client, known)
    answer = await log_out(client, json={"refresh_token": here["refresh_token"]})
    assert answer.status == 204
    assert not await is_authenticated(client, here["headers"])
    again = await client.post("/api/v1/auth/refresh", json={"refresh_token": here["refresh_token"]})
    assert again.status == 401
    assert await is_authenticated(client, there["headers"])


async def test_logout_with_cookie_deletes_cookie(client, known):
    answer = await log_in(client, known, cookie=True)
    headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
    answer = await log_out(client, headers={"Cookie": f"{REFRESH_COOKIE}={cookie_of(answer).value}"})
    assert answer.status == 204
    assert (cookie_of(answer).value, cookie_of(answer)["max-age"]) == ("", "0")
    assert cookie_of(answer)["path"] == "/api/v1/auth"
    assert not await is_authenticated(client, headers)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_page_of_other_origin_cannot_log_out(client, known, site):
    cookie = cookie_of(await log_in(client, known, cookie=True)).value
    answer = await log_out(client, headers={"Cookie": f"{REFRESH_COOKIE}={cookie}", "Sec-Fetch-Site": site})
    assert REFRESH_COOKIE not in answer.cookies
    assert (await refresh(client, cookie)).status == 200


async def test_logout_without_session_is_not_an_error(client):
    assert (await log_out(client)).status == 204
    assert (await log_out(client, json={"refresh_token": "nonsense"})).status == 204


async def test_logout_with_used_token_ends_session(client, known):
    first = await logged_in(client, known)
    answer = await client.post("/api/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})
    second = await answer.json()
    assert (await log_out(client, json={"refresh_token": first["refresh_token"]})).status == 204
    answer = await client.post("/api/v1/auth/refresh", json={"refresh_token": second["refresh_token"]})
    assert answer.status == 401


async def test_logins_and_logouts_are_in_audit_log_without_secrets(client, known, pool):
    pair = await logged_in(client, known)
    await log_out(client, json={"refresh_token": pair["refresh_token"]})
    await log_in(client, known, "not the password")
    rows = await pool.fetch("select action, actor_name, details::text from audit_log order by at, id")
    assert sorted((row["action"], row["actor_name"]) for row in rows) == [("login", known), ("logout", known)]
    for row in rows:
        assert pair["refresh_token"] not in row["details"]
        assert "correct horse" not in row["details"]
