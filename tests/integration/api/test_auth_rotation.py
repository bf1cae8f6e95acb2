"""The secret that signs access tokens is rotated without rejecting valid tokens."""

import jwt
import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from common.config import ConfigError, load_settings
from services.api.app import create_app
from tests.integration.api.logins import bearer, give_password, log_in
from tests.integration.api.people import access_tokens

NEW = "a new secret of the tests, long enough"
OLDER = "an older secret of the tests, as long as that"


def with_secrets(settings, secret, *previous):
    update = {"jwt_secret": SecretStr(secret), "jwt_previous_secrets": tuple(map(SecretStr, previous))}
    return settings.model_copy(update={"api": settings.api.model_copy(update=update)})


async def is_authenticated(settings, clock, token):
    async with TestClient(TestServer(create_app(settings, clock))) as client:
        return (await client.get("/api/v1/me", headers=bearer(token))).status == 200


async def test_tokens_of_previous_secrets_are_valid_while_configured(api_settings, clock, admin):
    old = api_settings.api.jwt_secret.get_secret_value()
    older = access_tokens(with_secrets(api_settings, OLDER), clock).issue(admin.id)
    token = access_tokens(api_settings, clock).issue(admin.id)
    rotated = with_secrets(api_settings, NEW, old, OLDER)
    assert await is_authenticated(rotated, clock, token)
    assert await is_authenticated(rotated, clock, older)
    assert not await is_authenticated(with_secrets(api_settings, NEW, old), clock, older)
    assert not await is_authenticated(with_secrets(api_settings, NEW), clock, token)


async def test_new_tokens_are_signed_with_new_secret(api_settings, clock, admin, pool):
    old = api_settings.api.jwt_secret.get_secret_value()
    await give_password(pool, admin, clock.now)
    async with TestClient(TestServer(create_app(with_secrets(api_settings, NEW, old), clock))) as client:
        token = (await (await log_in(client, "ada")).json())["access_token"]
    options = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    assert jwt.decode(token, NEW, ["HS256"], options=options)["sub"] == str(admin.id)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, old, ["HS256"], options=options)
    assert await is_authenticated(with_secrets(api_settings, NEW), clock, token)


@pytest.mark.parametrize("previous", ["", "short", "changeme"])
def test_previous_secret_must_be_strong(api_settings, previous):
    with pytest.raises(ConfigError, match="jwt_previous_secrets"):
        create_app(with_secrets(api_settings, NEW, previous))


def test_previous_secrets_come_from_list_or_lines_of_file(tmp_path, monkeypatch):
    monkeypatch.delenv("PYUNIQVISIT_CONFIG", raising=False)
    monkeypatch.setenv("PYUNIQVISIT_API__JWT_PREVIOUS_SECRETS", '["one", "two"]')
    assert [secret.get_secret_value() for secret in load_settings().api.jwt_previous_secrets] == ["one", "two"]
    monkeypatch.delenv("PYUNIQVISIT_API__JWT_PREVIOUS_SECRETS")
    (tmp_path / "previous").write_text("three\nfour\n")
    monkeypatch.setenv("PYUNIQVISIT_API__JWT_PREVIOUS_SECRETS_FILE", str(tmp_path / "previous"))
    assert [secret.get_secret_value() for secret in load_settings().api.jwt_previous_secrets] == ["three", "four"]
