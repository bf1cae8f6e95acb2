"""The second factor: optional, one code a login, each code once."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from common.clock import utc
from tests.integration.api.logins import give_password, log_in, logged_in, problem_of


@pytest.fixture
async def me(client, pool, reader, clock):
    """A user who logged in by password."""
    await give_password(pool, reader, utc(clock()))
    return await logged_in(client, "rob")


@pytest.fixture
async def secret(client, me, clock):
    """Of a second factor that was confirmed, a minute ago."""
    secret = (await begin(client, me))["secret"]
    assert (await confirm(client, me, code(secret, clock))).status == 204
    clock.forward(timedelta(minutes=1))
    return secret


async def begin(client, me):
    return await (await client.post("/api/v1/me/totp", headers=me["headers"])).json()


async def confirm(client, me, code):
    return await client.post("/api/v1/me/totp/confirm", json={"code": code}, headers=me["headers"])


async def remove(client, me):
    return await client.delete("/api/v1/me/totp", headers=me["headers"])


def code(secret, clock, seconds=0):
    """What an authenticator shows so many seconds from now."""
    return pyotp.TOTP(secret).at(clock() // 1000 + seconds)


async def has_second_factor(client, me):
    return (await (await client.get("/api/v1/me", headers=me["headers"])).json())["second_factor"]


async def test_new_secret_has_uri_for_authenticators(client, me):
    made = await begin(client, me)
    uri = urlsplit(made["uri"])
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", "/PyUniqVisit:rob")
    assert parse_qs(uri.query) == {"secret": [made["secret"]], "issuer": ["PyUniqVisit"]}
    assert pyotp.parse_uri(made["uri"]).secret == made["secret"]
    assert len(made["secret"]) == 32


async def test_second_factor_is_active_after_first_code(client, me, clock):
    secret = (await begin(client, me))["secret"]
    assert not await has_second_factor(client, me)
    assert (await log_in(client, "rob")).status == 200
    assert (await confirm(client, me, code(secret, clock))).status == 204
    assert await has_second_factor(client, me)
    assert await problem_of(await log_in(client, "rob")) == (401, "second-factor-required")


async def test_wrong_first_code_confirms_nothing(client, me, clock):
    secret = (await begin(client, me))["secret"]
    for wrong in (code(secret, clock, 120), "000000000", "nonsense", "１２３４５６"):
        answer = await confirm(client, me, wrong)
        assert await problem_of(answer) == (422, "wrong-code")
        assert (await answer.json())["field"] == "code"
    assert not await has_second_factor(client, me)


async def test_new_setup_replaces_previous_one(client, me, clock):
    first, second = [(await begin(client, me))["secret"] for _ in range(2)]
    assert (await confirm(client, me, code(first, clock))).status == 422
    assert (await confirm(client, me, code(second, clock))).status == 204


async def test_confirmation_requires_setup_and_works_once(client, me, clock):
    assert await problem_of(await confirm(client, me, "123456")) == (409, "no-second-factor")
    secret = (await begin(client, me))["secret"]
    await confirm(client, me, code(secret, clock))
    assert await problem_of(await confirm(client, me, code(secret, clock))) == (409, "no-second-factor")


async def test_confirmed_second_factor_cannot_be_replaced(client, me, secret):
    answer = await client.post("/api/v1/me/totp", headers=me["headers"])
    assert await problem_of(answer) == (409, "second-factor-active")


async def test_current_code_logs_in_even_with_spaces(client, secret, clock):
    now = code(secret, clock)
    assert (await log_in(client, "rob", code=f"{now[:3]} {now[3:]}")).status == 200


async def test_code_works_once(client, secret, clock):
    now = code(secret, clock)
    assert (await log_in(client, "rob", code=now)).status == 200
    assert await problem_of(await log_in(client, "rob", code=now)) == (401, "invalid-code")
    earlier = code(secret, clock, -30)
    assert (await log_in(client, "rob", code=earlier)).status == 401, "an older one than was used"
    clock.forward(timedelta(seconds=30))
    assert (await log_in(client, "rob", code=code(secret, clock))).status == 200


async def test_code_works_once_in_concurrent_logins(client, secret, clock):
    now = code(secret, clock)
    answers = await asyncio.gather(*(log_in(client, "rob", code=now) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [200, 401, 401, 401, 401]


async def test_code_that_confirmed_setup_does_not_log_in(client, me, clock):
    secret = (await begin(client, me))["secret"]
    await confirm(client, me, code(secret, clock))
    assert (await log_in(client, "rob", code=code(secret, clock))).status == 401


@pytest.mark.parametrize(("seconds", "status"), [(-60, 401), (-30, 200), (30, 200), (60, 401)])
async def test_clock_can_be_off_by_half_a_minute(client, secret, clock, seconds, status):
    assert (await log_in(client, "rob", code=code(secret, clock, seconds))).status == status


async def test_code_with_wrong_password_is_rejected_and_reveals_nothing(client, secret, clock):
    answer = await log_in(client, "rob", "not the password", code=code(secret, clock))
    assert await problem_of(answer) == (401, "invalid-credentials")
    assert await problem_of(await log_in(client, "rob", "not the password")) == (401, "invalid-credentials")


async def test_guessing_codes_with_correct_password_is_slowed(client, secret):
    answers = []
    for _ in range(4):
        answers += [await log_in(client, "rob", code="000000"), await log_in(client, "rob")]
    assert [answer.status for answer in answers] == [401] * 6 + [429] * 2


async def test_password_is_sufficient_after_second_factor_is_removed(client, me, secret, pool):
    assert (await remove(client, me)).status == 204
    assert not await has_second_factor(client, me)
    assert (await log_in(client, "rob")).status == 200
    assert await pool.fetchval("select totp_secret from users where username = 'rob'") is None
    assert (await remove(client, me)).status == 204, "removing it twice is no error"


async def test_code_is_ignored_without_second_factor(client, me):
    assert (await log_in(client, "rob", code="123456")).status == 200
