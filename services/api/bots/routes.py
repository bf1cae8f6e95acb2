from aiohttp import web

from services.api.accounts.auth.models import Caller, Scope
from services.api.bots.models import (
    BotReport,
    BotScoreList,
    BotScoresQuery,
    BotSettings,
    BotsQuery,
    BotVisits,
    BotVisitsQuery,
    ChangeBotSettings,
    NewOverride,
    OverrideList,
    OverrideNotFoundError,
    OverrideResult,
    RecountState,
    TooManyOverridesError,
)
from services.api.bots.service import BotRepository, BotService
from services.api.dependencies import Dependencies
from services.api.endpoints import Endpoint
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import SUBJECT
from services.api.reports.routes import STATS
from services.api.sites.models import Site, SiteNotFoundError
from services.api.sites.routes import SITES

BOTS = web.AppKey("bots", BotService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[BOTS] = BotService(BotRepository(deps.pool, deps.shards), app[STATS], deps.clock, deps.random)


async def get_bot_report(request: web.Request, caller: Caller, query: BotsQuery) -> BotReport:
    """Get a report of filtered bots.

    By rule, bot, network and country.
    """
    return await request.app[BOTS].report(await _site(request, caller), query)


async def list_bot_visits(request: web.Request, caller: Caller, query: BotVisitsQuery) -> BotVisits:
    """List visits that were filtered.

    Each with the reason. Visitor ids are shown to administrators only.
    """
    site = await _site(request, caller)
    return await request.app[BOTS].visits(site, query, shows_visitors=_may_see_visitors(caller))


async def list_bot_overrides(request: web.Request, caller: Caller) -> OverrideList:
    """List the overrides of the bot rules.

    Includes the progress of the recount.
    """
    return await request.app[BOTS].overrides(await _site(request, caller))


async def create_bot_override(request: web.Request, caller: Caller, body: NewOverride) -> OverrideResult:
    """Allow or block the visits of a rule, network or user agent.

    Stored visits are recounted in the background. An override of the same subject is replaced.
    """
    site = await _site(request, caller)
    made = await request.app[BOTS].put_override(site, body, caller)
    request[SUBJECT] = f"{site.name}/{made.override.id}"
    return made


async def delete_bot_override(request: web.Request, caller: Caller) -> None:
    """Delete an override.

    The bot rules apply again, also to stored visits.
    """
    await request.app[BOTS].delete_override(await _site(request, caller), request.match_info["id"])


async def get_bot_settings(request: web.Request, caller: Caller) -> BotSettings:
    """Get the limits above which a visitor counts as a bot."""
    return await request.app[BOTS].settings(await _site(request, caller))


async def update_bot_settings(request: web.Request, caller: Caller, body: ChangeBotSettings) -> BotSettings:
    """Update the limits above which a visitor counts as a bot.

    Stored visits are reclassified in the background.
    """
    return await request.app[BOTS].change_settings(await _site(request, caller), body)


async def get_bot_recount(request: web.Request, caller: Caller) -> RecountState:
    """Get the progress of the recount."""
    return await request.app[BOTS].recount(await _site(request, caller))


async def start_bot_recount(request: web.Request, caller: Caller) -> RecountState:
    """Reclassify and recount all stored visits.

    For example, after an import.
    """
    return await request.app[BOTS].request_recount(await _site(request, caller))


async def list_bot_scores(request: web.Request, caller: Caller, query: BotScoresQuery) -> BotScoreList:
    """List visitors that behave like bots.

    Each with the score of the model and the reasons.
    """
    site = await _site(request, caller)
    return await request.app[BOTS].scores(site, query.limit, shows_visitors=_may_see_visitors(caller))


def _may_see_visitors(caller: Caller) -> bool:
    return caller.is_admin and (caller.scopes is None or Scope.ADMIN in caller.scopes)


async def _site(request: web.Request, caller: Caller) -> Site:
    return await request.app[SITES].get(caller, request.match_info["name"])


_BASE = "/api/v1/sites/{name}/bots"
_READ = Scope.READ_STATS
_SITE_ERRORS = (SiteNotFoundError,)

ENDPOINTS = (
    Endpoint("GET", _BASE, get_bot_report, tag=Tag.BOTS, operation_id="getBotReport", scope=_READ, raises=_SITE_ERRORS),
    Endpoint(
        "GET",
        f"{_BASE}/visits",
        list_bot_visits,
        tag=Tag.BOTS,
        operation_id="listBotVisits",
        scope=_READ,
        raises=_SITE_ERRORS,
    ),
    Endpoint(
        "GET",
        f"{_BASE}/overrides",
        list_bot_overrides,
        tag=Tag.BOTS,
        operation_id="listBotOverrides",
        scope=_READ,
        raises=_SITE_ERRORS,
    ),
    Endpoint(
        "POST",
        f"{_BASE}/overrides",
        create_bot_override,
        tag=Tag.BOTS,
        operation_id="createBotOverride",
        status=201,
        audit="bots.override.create",
        raises=(SiteNotFoundError, TooManyOverridesError),
    ),
    Endpoint(
        "DELETE",
        f"{_BASE}/overrides/{{id}}",
        delete_bot_override,
        tag=Tag.BOTS,
        operation_id="deleteBotOverride",
        status=204,
        audit="bots.override.delete",
        raises=(SiteNotFoundError, OverrideNotFoundError),
    ),
    Endpoint(
        "GET",
        f"{_BASE}/settings",
        get_bot_settings,
        tag=Tag.BOTS,
        operation_id="getBotSettings",
        scope=_READ,
        raises=_SITE_ERRORS,
    ),
    Endpoint(
        "PATCH",
        f"{_BASE}/settings",
        update_bot_settings,
        tag=Tag.BOTS,
        operation_id="updateBotSettings",
        audit="bots.settings.update",
        raises=_SITE_ERRORS,
    ),
    Endpoint(
        "GET",
        f"{_BASE}/recount",
        get_bot_recount,
        tag=Tag.BOTS,
        operation_id="getBotRecount",
        scope=_READ,
        raises=_SITE_ERRORS,
    ),
    Endpoint(
        "POST",
        f"{_BASE}/recount",
        start_bot_recount,
        tag=Tag.BOTS,
        operation_id="startBotRecount",
        status=202,
        audit="bots.recount",
        raises=_SITE_ERRORS,
    ),
    Endpoint(
        "GET",
        f"{_BASE}/scores",
        list_bot_scores,
        tag=Tag.BOTS,
        operation_id="listBotScores",
        scope=_READ,
        raises=_SITE_ERRORS,
    ),
)
