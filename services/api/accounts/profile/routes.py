from aiohttp import web

from services.api.accounts.auth.models import Caller, TooManyAttemptsError
from services.api.accounts.auth.routes import CLIENTS
from services.api.accounts.profile.models import (
    ChangePassword,
    CurrentUser,
    NoSecondFactorError,
    SecondFactorActiveError,
    SecondFactorCode,
    SecondFactorSetup,
    SessionNotFoundError,
    UpdateCurrentUser,
    UserSessionList,
    WrongCodeError,
    WrongPasswordError,
)
from services.api.accounts.profile.service import ProfileRepository, ProfileService
from services.api.accounts.users.models import UsernameTakenError
from services.api.dependencies import Dependencies
from services.api.endpoints import Endpoint
from services.api.openapi.tags import Tag

PROFILE = web.AppKey("profile", ProfileService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[PROFILE] = ProfileService(ProfileRepository(deps.pool), deps.passwords, deps.throttle, deps.clock, deps.random)


async def get_current_user(request: web.Request, caller: Caller) -> CurrentUser:
    """Get the current user."""
    return await request.app[PROFILE].get(caller)


async def update_current_user(request: web.Request, caller: Caller, body: UpdateCurrentUser) -> CurrentUser:
    """Change your username."""
    return await request.app[PROFILE].update(caller, body)


async def change_password(request: web.Request, caller: Caller, body: ChangePassword) -> None:
    """Change your password.

    All your other sessions end. Your API keys stay valid.
    """
    await request.app[PROFILE].change_password(caller, body, request.app[CLIENTS].ip(request))


async def list_sessions(request: web.Request, caller: Caller) -> UserSessionList:
    """List your sessions."""
    return UserSessionList(sessions=tuple(await request.app[PROFILE].sessions(caller)))


async def end_other_sessions(request: web.Request, caller: Caller) -> None:
    """End all your other sessions."""
    await request.app[PROFILE].end_other_sessions(caller)


async def end_session(request: web.Request, caller: Caller) -> None:
    """End one of your sessions.

    Its access tokens stop working at once.
    """
    await request.app[PROFILE].end_session(caller, request.match_info["id"])


async def start_second_factor_setup(request: web.Request, caller: Caller) -> SecondFactorSetup:
    """Start the setup of a second factor.

    Returns a secret for an authenticator app. The second factor is active once its first code is confirmed.
    """
    return await request.app[PROFILE].start_second_factor_setup(caller)


async def confirm_second_factor(request: web.Request, caller: Caller, body: SecondFactorCode) -> None:
    """Confirm the second factor with its first code.

    From then on, logging in requires a code.
    """
    await request.app[PROFILE].confirm_second_factor(caller, body.code)


async def remove_second_factor(request: web.Request, caller: Caller) -> None:
    """Remove the second factor."""
    await request.app[PROFILE].remove_second_factor(caller)


ENDPOINTS = (
    Endpoint("GET", "/api/v1/me", get_current_user, tag=Tag.ACCOUNTS, operation_id="getCurrentUser", any_key=True),
    Endpoint(
        "PATCH",
        "/api/v1/me",
        update_current_user,
        tag=Tag.ACCOUNTS,
        operation_id="updateCurrentUser",
        audit="account.update",
        raises=(UsernameTakenError,),
    ),
    Endpoint(
        "PUT",
        "/api/v1/me/password",
        change_password,
        tag=Tag.ACCOUNTS,
        operation_id="changePassword",
        status=204,
        audit="account.password.change",
        raises=(WrongPasswordError, TooManyAttemptsError),
    ),
    Endpoint("GET", "/api/v1/me/sessions", list_sessions, tag=Tag.ACCOUNTS, operation_id="listSessions"),
    Endpoint(
        "DELETE",
        "/api/v1/me/sessions",
        end_other_sessions,
        tag=Tag.ACCOUNTS,
        operation_id="endOtherSessions",
        status=204,
        audit="account.sessions.end-others",
    ),
    Endpoint(
        "DELETE",
        "/api/v1/me/sessions/{id}",
        end_session,
        tag=Tag.ACCOUNTS,
        operation_id="endSession",
        status=204,
        audit="account.session.end",
        raises=(SessionNotFoundError,),
    ),
    Endpoint(
        "POST",
        "/api/v1/me/totp",
        start_second_factor_setup,
        tag=Tag.ACCOUNTS,
        operation_id="startSecondFactorSetup",
        audit="account.second-factor.start",
        raises=(SecondFactorActiveError,),
    ),
    Endpoint(
        "POST",
        "/api/v1/me/totp/confirm",
        confirm_second_factor,
        tag=Tag.ACCOUNTS,
        operation_id="confirmSecondFactor",
        status=204,
        audit="account.second-factor.confirm",
        raises=(NoSecondFactorError, WrongCodeError),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/me/totp",
        remove_second_factor,
        tag=Tag.ACCOUNTS,
        operation_id="removeSecondFactor",
        status=204,
        audit="account.second-factor.remove",
    ),
)
