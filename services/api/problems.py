"""The table that maps each error to an RFC 9457 problem document, and the middleware that returns it."""

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

from services.api.accounts.api_keys import models as keys
from services.api.accounts.auth import models as auth
from services.api.accounts.profile import models as me
from services.api.accounts.signatures import models as signed
from services.api.accounts.users import models as users
from services.api.alerts import models as alerts
from services.api.bots import models as bots
from services.api.export_import import models as transfers
from services.api.funnels import models as funnels
from services.api.goals import models as goals
from services.api.http import errors
from services.api.reports.buckets import TooManyPointsError
from services.api.reports.report_dimensions import UnknownDimensionError
from services.api.server_events import models as server_events
from services.api.sites import deletion as deletions
from services.api.sites import members
from services.api.sites import models as sites
from services.api.sites.keys import models as site_keys
from services.api.sites.shares import models as shares
from services.api.visitors import models as visitors

CONTENT_TYPE = "application/problem+json"
_TYPE = "urn:pyuniqvisit:problem:{}"
_log = structlog.get_logger()


class Problem(NamedTuple):
    """A problem type. The slug never changes: clients use it to distinguish problems."""

    status: int
    slug: str
    title: str
    retry_after: int | None = None


_UNAVAILABLE = Problem(503, "unavailable", "A required server is unavailable", retry_after=2)
_UNSTORABLE = Problem(422, "unsupported-character", "A text contains an unsupported character")

PROBLEMS: Mapping[type[Exception], Problem] = MappingProxyType(
    {
        errors.MalformedBodyError: Problem(400, "malformed-body", "The body is not valid JSON"),
        errors.InvalidQueryError: Problem(400, "invalid-query", "A query parameter is invalid"),
        errors.InvalidBodyError: Problem(422, "invalid-body", "The body is invalid"),
        errors.BodyTooLargeError: Problem(413, "body-too-large", "The body is too large"),
        errors.MediaTypeError: Problem(415, "unsupported-media-type", "The body must be JSON"),
        auth.UnauthenticatedError: Problem(401, "unauthenticated", "Valid credentials are required"),
        signed.InvalidSignatureError: Problem(401, "unauthenticated", "Valid credentials are required"),
        auth.InvalidCredentialsError: Problem(401, "invalid-credentials", "Username or password is incorrect"),
        auth.TooManyAttemptsError: Problem(429, "too-many-attempts", "Too many failed attempts"),
        auth.SecondFactorRequiredError: Problem(401, "second-factor-required", "A second factor code is required"),
        auth.InvalidCodeError: Problem(401, "invalid-code", "The code is incorrect or has expired"),
        auth.InvalidRefreshTokenError: Problem(401, "invalid-refresh-token", "The refresh token is invalid"),
        auth.ForbiddenError: Problem(403, "forbidden", "Administrator rights are required"),
        auth.InsufficientScopeError: Problem(403, "insufficient-scope", "The API key lacks the required scope"),
        auth.LoginRequiredError: Problem(403, "login-required", "API keys cannot do this"),
        me.WrongPasswordError: Problem(422, "wrong-password", "The current password is incorrect"),
        me.SessionNotFoundError: Problem(404, "session-not-found", "The session does not exist"),
        me.SecondFactorActiveError: Problem(409, "second-factor-active", "A second factor is active already"),
        me.NoSecondFactorError: Problem(409, "no-second-factor", "No second factor is being set up"),
        me.WrongCodeError: Problem(422, "wrong-code", "The code is incorrect or has expired"),
        keys.ApiKeyNotFoundError: Problem(404, "key-not-found", "The API key does not exist"),
        keys.InvalidApiKeyError: Problem(422, "invalid-api-key", "The API key cannot be created"),
        users.UserNotFoundError: Problem(404, "user-not-found", "The user does not exist"),
        users.UsernameTakenError: Problem(409, "username-taken", "The username is taken"),
        users.LastAdminError: Problem(409, "last-admin", "The last administrator cannot be removed"),
        members.MemberNotFoundError: Problem(404, "user-not-found", "The user does not exist"),
        sites.SiteNotFoundError: Problem(404, "site-not-found", "The site does not exist"),
        sites.SiteNameTakenError: Problem(409, "site-name-taken", "The site name is taken"),
        shares.ShareLinkNotFoundError: Problem(404, "share-not-found", "The share link does not exist"),
        shares.SharePasswordRequiredError: Problem(401, "share-password-required", "The share link needs a password"),
        site_keys.SiteKeyNotFoundError: Problem(404, "site-key-not-found", "The key does not exist"),
        site_keys.SiteKeyExistsError: Problem(409, "site-key-exists", "The key was added before"),
        site_keys.TooManySiteKeysError: Problem(409, "too-many-site-keys", "The site has the maximum number of keys"),
        deletions.DeletionNotFoundError: Problem(404, "deletion-not-found", "The deletion does not exist"),
        goals.GoalNotFoundError: Problem(404, "goal-not-found", "The goal does not exist"),
        goals.GoalNameTakenError: Problem(409, "goal-name-taken", "The goal name is taken"),
        goals.TooManyGoalsError: Problem(409, "too-many-goals", "The site has the maximum number of goals"),
        goals.GoalInUseError: Problem(409, "goal-in-use", "A funnel uses the goal"),
        alerts.AlertNotFoundError: Problem(404, "alert-not-found", "The alert does not exist"),
        alerts.TooManyAlertsError: Problem(409, "too-many-alerts", "The site has the maximum number of alerts"),
        alerts.TooManyTestsError: Problem(429, "too-many-tests", "Too many test messages"),
        funnels.FunnelNotFoundError: Problem(404, "funnel-not-found", "The funnel does not exist"),
        funnels.FunnelNameTakenError: Problem(409, "funnel-name-taken", "The funnel name is taken"),
        funnels.TooManyFunnelsError: Problem(409, "too-many-funnels", "The site has the maximum number of funnels"),
        funnels.UnknownGoalError: Problem(422, "unknown-goal", "A step refers to an unknown goal"),
        bots.OverrideNotFoundError: Problem(404, "override-not-found", "The override does not exist"),
        bots.TooManyOverridesError: Problem(409, "too-many-overrides", "The site has the maximum number of overrides"),
        UnknownDimensionError: Problem(404, "unknown-dimension", "The dimension does not exist"),
        TooManyPointsError: Problem(400, "too-many-points", "The interval is too short for the period"),
        visitors.VisitorNotFoundError: Problem(404, "visitor-not-found", "The visitor does not exist"),
        visitors.VisitNotFoundError: Problem(404, "visit-not-found", "The visit does not exist"),
        server_events.BacklogError: Problem(503, "backlog-full", "The ingest backlog is full"),
        errors.StreamsUnavailableError: Problem(503, "streams-unavailable", "The streams are unavailable"),
        transfers.NotAnExportError: Problem(422, "invalid-export", "The file is not a readable export"),
        transfers.WrongRowError: Problem(422, "invalid-row", "A row of the file is invalid"),
        transfers.IncompleteFileError: Problem(422, "incomplete-file", "The file is incomplete"),
        transfers.TooManyTransfersError: Problem(503, "too-many-transfers", "Too many exports or imports are running"),
        RedisError: _UNAVAILABLE,
        asyncpg.CharacterNotInRepertoireError: _UNSTORABLE,
        asyncpg.UntranslatableCharacterError: _UNSTORABLE,
        asyncpg.PostgresConnectionError: _UNAVAILABLE,
        asyncpg.InterfaceError: _UNAVAILABLE,
        asyncpg.TooManyConnectionsError: _UNAVAILABLE,
        asyncpg.OperatorInterventionError: _UNAVAILABLE,  # shutting down, starting up
        asyncpg.InternalClientError: _UNAVAILABLE,  # a connection broke during a call
        OSError: _UNAVAILABLE,
        asyncio.TimeoutError: Problem(503, "timeout", "The request took too long", retry_after=5),
    }
)
_UNEXPECTED = Problem(500, "internal-error", "Internal error; see the log")


def problem_of(error: BaseException) -> Problem:
    """Return the problem type of an error."""
    return problem_of_class(type(error))


def problem_of_class(error: type[BaseException]) -> Problem:
    """Return the problem type of an error class: its own, or that of the nearest base class."""
    return next((PROBLEMS[kind] for kind in error.__mro__ if kind in PROBLEMS), _UNEXPECTED)


@web.middleware
async def problem_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Return a problem document for every error. One that is unexpected is logged and not described."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _http_response(error)
    except Exception as error:
        problem = problem_of(error)
        if problem is _UNEXPECTED:
            _log.exception("api: unexpected error", method=request.method, route=_route(request))
        elif not isinstance(error, errors.ApiError):
            _log.warning("api: request failed", route=_route(request), error=type(error).__name__)
        return _response(problem, error if isinstance(error, errors.ApiError) else None)


def _response(problem: Problem, error: errors.ApiError | None) -> web.Response:
    document: dict[str, Any] = {
        "type": _TYPE.format(problem.slug),
        "title": problem.title,
        "status": problem.status,
        "detail": error.detail if error else problem.title,
    }
    if error and error.fields:
        document["field"] = error.fields[0].field
        document["errors"] = [field._asdict() for field in error.fields]
    headers = {"Cache-Control": "no-store"}
    retry_after = (error.retry_after if error else None) or problem.retry_after
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return _json(document, headers)


def _http_response(error: web.HTTPException) -> web.Response:
    """Return the problem document of an error of aiohttp: an unknown route, or a method that it does not allow."""
    headers = {name: error.headers[name] for name in ("Allow",) if name in error.headers}
    document = {"type": "about:blank", "title": error.reason, "status": error.status, "detail": error.reason}
    return _json(document, headers)


def _json(document: dict[str, Any], headers: Mapping[str, str]) -> web.Response:
    return web.json_response(document, status=document["status"], headers=headers, content_type=CONTENT_TYPE)


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"
