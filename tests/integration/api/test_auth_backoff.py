"""Guessing passwords gets slower and slower, for an account and for a network."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from common.clock import utc
from services.api.accounts.auth.login_throttle import PER_ACCOUNT, PER_NETWORK, LoginThrottle
from services.api.accounts.auth.models import TooManyAttemptsError
from services.api.app import create_app
from services.api.problems import CONTENT_TYPE
from tests.integration.api.logins import give_password, log_in

ELSEWHERE = "203.0.113.9"


@pytest.fixture
async def known(pool, reader, clock):
    await give_password(pool, reader, utc(clock()))
    return reader.username


@pytest.fixture
def backoff(redis, clock):
    return LoginThrottle(redis, clock)


async def waits(backoff, account="ada", ip=ELSEWHERE):
    """Return the seconds that the next attempt must wait; 0 when it is counted."""
    try:
        await backoff.begin(account, ip)
    except TooManyAttemptsError as error:
        return error.retry_after
    return 0


async def test_first_failures_are_free_then_wait_doubles_up_to_limit(backoff, clock):
    assert [await waits(backoff) for _ in range(PER_ACCOUNT.free_attempts + 1)] == [0] * (PER_ACCOUNT.free_attempts + 1)
    expected = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    for seconds in expected:
        assert await waits(backoff) == seconds
        clock.forward(timedelta(seconds=seconds) - timedelta(milliseconds=1))
        assert await waits(backoff) == 1
        clock.forward(timedelta(milliseconds=1))
        assert await waits(backoff) == 0


async def test_rejected_attempt_does_not_extend_wait(backoff, clock):
    while not await waits(backoff):
        pass
    assert {await waits(backoff) for _ in range(20)} == {1}


async def test_concurrent_attempts_gain_nothing(backoff):
    waited = await asyncio.gather(*(waits(backoff) for _ in range(50)))
    assert waited.count(0) == PER_ACCOUNT.free_attempts + 1


async def test_network_that_tries_many_accounts_must_wait_and_others_need_not(backoff):
    tried = [
        await waits(backoff, f"user{number}", f"198.51.100.{number}") for number in range(PER_NETWORK.free_attempts + 3)
    ]
    assert tried == [0] * (PER_NETWORK.free_attempts + 1) + [1, 1]
    assert await waits(backoff, "ada", "198.51.101.1") == 0


async def test_success_undoes_only_its_own_attempt_of_network(backoff):
    for number in range(PER_NETWORK.free_attempts):
        assert await waits(backoff, f"user{number}") == 0
    for _ in range(3):
        await backoff.succeeded(await backoff.begin("insider", ELSEWHERE))
    assert await waits(backoff, "one more") == 0
    assert await waits(backoff, "and another") == 1


async def test_counters_expire_and_contain_no_names(backoff, redis):
    await backoff.begin("ada", ELSEWHERE)
    names = await redis.keys("logins:*")
    assert len(names) == 2
    for name in names:
        assert 0 < await redis.ttl(name) <= 3600
        assert b"ada" not in name
        assert b"203.0" not in name


async def test_known_and_unknown_user_are_rejected_alike(client, known, clock):
    async def refused(username):
        tried = [await log_in(client, username, "not the password") for _ in range(PER_ACCOUNT.free_attempts + 2)]
        assert [answer.status for answer in tried] == [401] * (PER_ACCOUNT.free_attempts + 1) + [429]
        return tried[-1]

    answers = [await refused(known), await refused("unknown")]
    assert len({await answer.text() for answer in answers}) == 1
    assert {answer.headers["Retry-After"] for answer in answers} == {"1"}
    assert answers[0].content_type == CONTENT_TYPE
    assert (await answers[0].json())["type"] == "urn:pyuniqvisit:problem:too-many-attempts"


async def test_correct_password_is_rejected_during_wait_and_accepted_after_it(client, known, clock):
    for _ in range(PER_ACCOUNT.free_attempts + 1):
        await log_in(client, known, "not the password")
    assert (await log_in(client, known)).status == 429
    assert (await log_in(client, known.upper())).status == 429
    clock.forward(timedelta(seconds=1))
    assert (await log_in(client, known)).status == 200
    assert [(await log_in(client, known, "wrong")).status for _ in range(PER_ACCOUNT.free_attempts + 1)] == [401] * 6


async def test_network_of_client_counts_behind_trusted_proxy(api_settings, clock, pool, redis):
    api = api_settings.api.model_copy(update={"trusted_proxies": ("127.0.0.0/8",)})
    async with TestClient(TestServer(create_app(api_settings.model_copy(update={"api": api}), clock))) as client:
        backoff = LoginThrottle(redis, clock)
        while not await waits(backoff, f"user{await redis.incr('tests:counter')}", "203.0.113.7"):
            pass
        assert (await log_in(client, "x", headers={"X-Forwarded-For": "203.0.113.200"})).status == 429
        assert (await log_in(client, "x", headers={"X-Forwarded-For": "203.0.114.200"})).status == 401
