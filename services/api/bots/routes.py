from aiohttp import web

from services.api.audit.entries import SUBJECT
from services.api.auth.models import Caller, Scope
from services.api.bots.errors import OverrideNotFoundError, TooManyOverridesError
from services.api.bots.models import (
    BotReport,
    BotSettings,
    BotsQuery,
    BotVisits,
    BotVisitsQuery,
    ChangeBotSettings,
    NewOverride,
    Opinions,
    OpinionsQuery,
    OverrideList,
    OverrideMade,
    RecountState,
)
from services.api.bots.service import BotService
from services.api.endpoints import Endpoint
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.models import Site
from services.api.sites.routes import SITES

BOTS = web.AppKey("bots", BotService)


async def bot_report(request: web.Request, caller: Caller, query: BotsQuery) -> BotReport:
    """See what was filtered as bots: by which rule, how often, which programs, from where."""
    return await request.app[BOTS].report(await _site(request, caller), query)


async def bot_visits(request: web.Request, caller: Caller, query: BotVisitsQuery) -> BotVisits:
    """List visits that a rule takes for programs', or that were blocked, each with the reason.

    Whose they are is told to administrators only.
    """
    site = await _site(request, caller)
    return await request.app[BOTS].visits(site, query, names_visitors=_may_see_visitors(caller))


async def bot_overrides(request: web.Request, caller: Caller) -> OverrideList:
    """List who is let in again or blocked, whatever the rules say, and how far the recount is."""
    return await request.app[BOTS].overrides(await _site(request, caller))


async def put_bot_override(request: web.Request, caller: Caller, body: NewOverride) -> OverrideMade:
    """Let a rule's, a network's or a user agent's visits in again, or block them.

    What is stored is counted again in the background. Another verdict about the same takes the place of the first.
    """
    site = await _site(request, caller)
    made = await request.app[BOTS].put_override(site, body, caller)
    request[SUBJECT] = f"{site.name}/{made.override.id}"
    return made


async def delete_bot_override(request: web.Request, caller: Caller) -> None:
    """Take an override back: what the rules said counts again, for the past, too."""
    await request.app[BOTS].delete_override(await _site(request, caller), request.match_info["id"])


async def bot_settings(request: web.Request, caller: Caller) -> BotSettings:
    """Read from where on a visitor's behaviour is a program's."""
    return await request.app[BOTS].settings(await _site(request, caller))


async def change_bot_settings(request: web.Request, caller: Caller, body: ChangeBotSettings) -> BotSettings:
    """Change from where on a visitor's behaviour is a program's.

    What is stored is judged again in the background.
    """
    return await request.app[BOTS].change_settings(await _site(request, caller), body)


async def bot_recount(request: web.Request, caller: Caller) -> RecountState:
    """See how far the recount of what is stored is."""
    return await request.app[BOTS].recount(await _site(request, caller))


async def ask_for_bot_recount(request: web.Request, caller: Caller) -> RecountState:
    """Have all that is stored judged and counted again, as after an import."""
    return await request.app[BOTS].ask_for_recount(await _site(request, caller))


async def bot_opinions(request: web.Request, caller: Caller, query: OpinionsQuery) -> Opinions:
    """List whom the model takes for programs by their behaviour, and why."""
    site = await _site(request, caller)
    return await request.app[BOTS].opinions(site, query.limit, names_visitors=_may_see_visitors(caller))


def _may_see_visitors(caller: Caller) -> bool:
    return caller.is_admin and (caller.scopes is None or Scope.ADMIN in caller.scopes)


async def _site(request: web.Request, caller: Caller) -> Site:
    return await request.app[SITES].get(caller, request.match_info["name"])


_BASE = "/api/v1/sites/{name}/bots"
_READ = Scope.READ_STATS
_NO_SITE = (SiteNotFoundError,)

ENDPOINTS = (
    Endpoint("GET", _BASE, bot_report, scope=_READ, raises=_NO_SITE),
    Endpoint("GET", f"{_BASE}/visits", bot_visits, scope=_READ, raises=_NO_SITE),
    Endpoint("GET", f"{_BASE}/overrides", bot_overrides, scope=_READ, raises=_NO_SITE),
    Endpoint(
        "POST",
        f"{_BASE}/overrides",
        put_bot_override,
        status=201,
        audit="bots.override",
        raises=(SiteNotFoundError, TooManyOverridesError),
    ),
    Endpoint(
        "DELETE",
        f"{_BASE}/overrides/{{id}}",
        delete_bot_override,
        status=204,
        audit="bots.override.delete",
        raises=(SiteNotFoundError, OverrideNotFoundError),
    ),
    Endpoint("GET", f"{_BASE}/settings", bot_settings, scope=_READ, raises=_NO_SITE),
    Endpoint("PATCH", f"{_BASE}/settings", change_bot_settings, audit="bots.settings", raises=_NO_SITE),
    Endpoint("GET", f"{_BASE}/recount", bot_recount, scope=_READ, raises=_NO_SITE),
    Endpoint("POST", f"{_BASE}/recount", ask_for_bot_recount, status=202, audit="bots.recount", raises=_NO_SITE),
    Endpoint("GET", f"{_BASE}/opinions", bot_opinions, scope=_READ, raises=_NO_SITE),
)
