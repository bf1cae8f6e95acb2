from aiohttp import web

from services.api.alerts.errors import AlertNotFoundError, TooManyAlertsError, TooManyTestsError
from services.api.alerts.models import AlertList, AlertView, DeliveryList, DeliveryView, MadeAlert, NewAlert
from services.api.alerts.service import AlertService
from services.api.audit.entries import SUBJECT
from services.api.auth.models import Caller
from services.api.endpoints import Endpoint
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES

ALERTS = web.AppKey("alerts", AlertService)


async def list_alerts(request: web.Request, caller: Caller) -> AlertList:
    """List the alerts of a site."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return AlertList(alerts=tuple(await request.app[ALERTS].of_site(site)))


async def make_alert(request: web.Request, caller: Caller, body: NewAlert) -> MadeAlert:
    """Make an alert: tell somebody of a spike, a dip or silence, or send a summary each week or month.

    A webhook is sent JSON, signed with the secret that this answer has and no other ever will.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    made = await request.app[ALERTS].create(site, body)
    request[SUBJECT] = f"{site.name}/{made.id}"
    return made


async def show_alert(request: web.Request, caller: Caller) -> AlertView:
    """Show an alert."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[ALERTS].get(site, request.match_info["id"])


async def replace_alert(request: web.Request, caller: Caller, body: NewAlert) -> AlertView:
    """Put another alert in the place of this one. Its secret stays."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[ALERTS].replace(site, request.match_info["id"], body)


async def delete_alert(request: web.Request, caller: Caller) -> None:
    """Delete an alert, and what is known of what it told."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    await request.app[ALERTS].delete(site, request.match_info["id"])


async def list_deliveries(request: web.Request, caller: Caller) -> DeliveryList:
    """List what an alert told, and whether it arrived."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return DeliveryList(deliveries=tuple(await request.app[ALERTS].deliveries(site, request.match_info["id"])))


async def test_alert(request: web.Request, caller: Caller) -> DeliveryView:
    """Send a test message, to see whether it arrives. Within seconds, the deliveries tell.

    Ten times an hour for all alerts of a site.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[ALERTS].test(site, request.match_info["id"])


_PATH = "/api/v1/sites/{name}/alerts"
_NOT_THERE = (SiteNotFoundError, AlertNotFoundError)

ENDPOINTS = (
    Endpoint("GET", _PATH, list_alerts, raises=(SiteNotFoundError,)),
    Endpoint(
        "POST",
        _PATH,
        make_alert,
        status=201,
        audit="alert.create",
        raises=(SiteNotFoundError, TooManyAlertsError),
    ),
    Endpoint("GET", f"{_PATH}/{{id}}", show_alert, raises=_NOT_THERE),
    Endpoint("PUT", f"{_PATH}/{{id}}", replace_alert, audit="alert.update", raises=_NOT_THERE),
    Endpoint("DELETE", f"{_PATH}/{{id}}", delete_alert, status=204, audit="alert.delete", raises=_NOT_THERE),
    Endpoint("GET", f"{_PATH}/{{id}}/deliveries", list_deliveries, raises=_NOT_THERE),
    Endpoint(
        "POST",
        f"{_PATH}/{{id}}/test",
        test_alert,
        status=202,
        audit="alert.test",
        raises=(*_NOT_THERE, TooManyTestsError),
    ),
)
