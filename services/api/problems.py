"""Errors as RFC 9457 problem documents: the one table, and the middleware that answers with it."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, NamedTuple

import asyncpg
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from redis.exceptions import RedisError

from services.api.accounts.api_keys import errors as keys
from services.api.accounts.auth import errors as auth
from services.api.accounts.profile import errors as me
from services.api.accounts.signatures import errors as signed
from services.api.accounts.users import errors as users
from services.api.alerts import errors as alerts
from services.api.bots import errors as bots
from services.api.export_import import errors as transfers
from services.api.funnels import errors as funnels
from services.api.goals import errors as goals
from services.api.http import errors
from services.api.operations.accounting import errors as accounting
from services.api.reports import errors as stats
from services.api.server_events import errors as imports
from services.api.sites import errors as sites
from services.api.sites.deletion import errors as deletions
from services.api.sites.keys import errors as site_keys
from services.api.sites.members import errors as members
from services.api.sites.shares import errors as shares
from services.api.visitors import errors as visitors

CONTENT_TYPE = "application/problem+json"
_TYPE = "urn:pyuniqvisit:problem:{}"
_log = structlog.get_logger()


class Problem(NamedTuple):
    """One kind of problem. The slug never changes: clients tell problems apart by it."""

    status: int
    slug: str
    title: str
    retry_after: int | None = None


_AWAY = Problem(503, "unavailable", "A server that this needs is away", retry_after=2)
_UNSTORABLE = Problem(422, "unstorable-text", "A text holds a character that cannot be kept")

PROBLEMS: Mapping[type[Exception], Problem] = MappingProxyType(
    {
        errors.MalformedBodyError: Problem(400, "malformed-body", "The body is not JSON"),
        errors.InvalidQueryError: Problem(400, "invalid-query", "A query parameter is wrong"),
        errors.InvalidBodyError: Problem(422, "invalid-body", "The body is not what this takes"),
        errors.BodyTooLargeError: Problem(413, "body-too-large", "The body is too large"),
        errors.MediaTypeError: Problem(415, "media-type", "The body must be JSON"),
        auth.UnauthenticatedError: Problem(401, "unauthenticated", "A valid access token is needed"),
        signed.SignatureRefusedError: Problem(401, "unauthenticated", "A valid access token is needed"),
        auth.InvalidCredentialsError: Problem(401, "invalid-credentials", "Wrong username or password"),
        auth.TooManyAttemptsError: Problem(429, "too-many-attempts", "Too many failed attempts"),
        auth.SecondFactorNeededError: Problem(401, "second-factor-needed", "The code of the second factor is needed"),
        auth.InvalidCodeError: Problem(401, "invalid-code", "The code of the second factor is not valid"),
        auth.InvalidRefreshTokenError: Problem(401, "invalid-refresh-token", "The refresh token is not valid"),
        auth.ForbiddenError: Problem(403, "forbidden", "Only an administrator may do this"),
        auth.InsufficientScopeError: Problem(403, "insufficient-scope", "The API key was not made for this"),
        auth.LoginNeededError: Problem(403, "login-needed", "API keys cannot do this"),
        me.WrongPasswordError: Problem(422, "wrong-password", "The present password is another one"),
        me.SessionNotFoundError: Problem(404, "session-not-found", "There is no such session"),
        me.SecondFactorActiveError: Problem(409, "second-factor-active", "There is a second factor already"),
        me.NoSecondFactorError: Problem(409, "no-second-factor", "No second factor waits for its first code"),
        me.WrongCodeError: Problem(422, "wrong-code", "This is not the code of now"),
        keys.KeyNotFoundError: Problem(404, "key-not-found", "There is no such API key"),
        keys.UnusableKeyError: Problem(422, "unusable-key", "Such an API key cannot be made"),
        users.UserNotFoundError: Problem(404, "user-not-found", "There is no such user"),
        users.UsernameTakenError: Problem(409, "username-taken", "There is already a user of that name"),
        users.LastAdminError: Problem(409, "last-admin", "Somebody has to stay administrator"),
        members.NoSuchMemberError: Problem(404, "user-not-found", "There is no such user"),
        sites.SiteNotFoundError: Problem(404, "site-not-found", "There is no such site"),
        sites.SiteNameTakenError: Problem(409, "site-name-taken", "There is already a site of that name"),
        shares.ShareNotFoundError: Problem(404, "share-not-found", "There is no such share link"),
        shares.SharePasswordNeededError: Problem(401, "share-password-needed", "The share link has a password"),
        site_keys.SiteKeyNotFoundError: Problem(404, "site-key-not-found", "There is no such key"),
        site_keys.SiteKeyKnownError: Problem(409, "site-key-known", "The site has or had this key"),
        site_keys.TooManySiteKeysError: Problem(409, "too-many-site-keys", "The site has as many keys as it may"),
        deletions.DeletionNotFoundError: Problem(404, "deletion-not-found", "There was no such deletion"),
        goals.GoalNotFoundError: Problem(404, "goal-not-found", "There is no such goal"),
        goals.GoalNameTakenError: Problem(409, "goal-name-taken", "There is already a goal of that name"),
        goals.TooManyGoalsError: Problem(409, "too-many-goals", "The site has as many goals as it may"),
        goals.GoalInUseError: Problem(409, "goal-in-use", "A funnel needs the goal"),
        alerts.AlertNotFoundError: Problem(404, "alert-not-found", "There is no such alert"),
        alerts.TooManyAlertsError: Problem(409, "too-many-alerts", "The site has as many alerts as it may"),
        alerts.TooManyTestsError: Problem(429, "too-many-tests", "The site's alerts were tested often enough"),
        funnels.FunnelNotFoundError: Problem(404, "funnel-not-found", "There is no such funnel"),
        funnels.FunnelNameTakenError: Problem(409, "funnel-name-taken", "There is already a funnel of that name"),
        funnels.TooManyFunnelsError: Problem(409, "too-many-funnels", "The site has as many funnels as it may"),
        funnels.UnknownGoalError: Problem(422, "unknown-goal", "A step is a goal that the site does not have"),
        bots.OverrideNotFoundError: Problem(404, "override-not-found", "There is no such override"),
        bots.TooManyOverridesError: Problem(409, "too-many-overrides", "The site has as many overrides as it may"),
        stats.UnknownDimensionError: Problem(404, "unknown-dimension", "There is no such dimension"),
        stats.TooManyPointsError: Problem(400, "too-many-points", "The interval is too fine for the period"),
        visitors.VisitorNotFoundError: Problem(404, "visitor-not-found", "There is no such visitor"),
        visitors.VisitNotFoundError: Problem(404, "visit-not-found", "There is no such visit"),
        imports.BacklogError: Problem(503, "backlog", "The worker has enough to do"),
        accounting.StreamsAskedInVainError: Problem(503, "streams-unasked", "The streams do not answer"),
        imports.StreamsAwayError: Problem(503, "streams-unavailable", "The events cannot be kept now"),
        transfers.NotAnExportError: Problem(422, "not-an-export", "The file is no export that can be read"),
        transfers.WrongRowError: Problem(422, "wrong-row", "A row of the file cannot be kept"),
        transfers.IncompleteFileError: Problem(422, "incomplete-file", "The file is not whole"),
        transfers.TooManyTransfersError: Problem(503, "too-many-transfers", "Enough exports or imports are running"),
        RedisError: _AWAY,
        asyncpg.CharacterNotInRepertoireError: _UNSTORABLE,
        asyncpg.UntranslatableCharacterError: _UNSTORABLE,
        asyncpg.PostgresConnectionError: _AWAY,
        asyncpg.InterfaceError: _AWAY,
        asyncpg.TooManyConnectionsError: _AWAY,
        asyncpg.OperatorInterventionError: _AWAY,  # shutting down, starting up
        asyncpg.InternalClientError: _AWAY,  # the driver's state when a connection breaks in the middle of a call
        OSError: _AWAY,
        asyncio.TimeoutError: Problem(503, "timeout", "The answer took too long", retry_after=5),
    }
)
_UNEXPECTED = Problem(500, "unexpected", "Something went wrong here; it was logged")


def problem_of(error: BaseException) -> Problem:
    """The row of the table for an error."""
    return problem_of_kind(type(error))


def problem_of_kind(error: type[BaseException]) -> Problem:
    """The row of the table for a type of error: its own, or the nearest base type's."""
    return next((PROBLEMS[kind] for kind in error.__mro__ if kind in PROBLEMS), _UNEXPECTED)


@web.middleware
async def problem_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers every error with a problem document. What nobody expected is logged, and only its kind is told."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _of_http(error)
    except Exception as error:
        problem = problem_of(error)
        if problem is _UNEXPECTED:
            _log.exception("unexpected error", method=request.method, route=_route(request))
        elif not isinstance(error, errors.ApiError):
            _log.warning("cannot answer", route=_route(request), error=type(error).__name__)
        return _answer(problem, error if isinstance(error, errors.ApiError) else None)


def _answer(problem: Problem, error: errors.ApiError | None) -> web.Response:
    document: dict[str, Any] = {
        "type": _TYPE.format(problem.slug),
        "title": problem.title,
        "status": problem.status,
        "detail": error.detail if error else problem.title,
    }
    if error and error.wrong:
        document["field"] = error.wrong[0].field
        document["errors"] = [wrong._asdict() for wrong in error.wrong]
    headers = {"Cache-Control": "no-store"}
    retry_after = (error.retry_after if error else None) or problem.retry_after
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return _json(document, headers)


def _of_http(error: web.HTTPException) -> web.Response:
    """What aiohttp itself refuses: no such route, a method that a route does not have."""
    headers = {name: error.headers[name] for name in ("Allow",) if name in error.headers}
    document = {"type": "about:blank", "title": error.reason, "status": error.status, "detail": error.reason}
    return _json(document, headers)


def _json(document: dict[str, Any], headers: Mapping[str, str]) -> web.Response:
    return web.json_response(document, status=document["status"], headers=headers, content_type=CONTENT_TYPE)


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"
