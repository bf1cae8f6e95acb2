from aiohttp import web

from services.api.accounts.auth.models import Caller
from services.api.alerts.models import (
    AlertList,
    AlertNotFoundError,
    AlertView,
    CreatedAlert,
    DeliveryList,
    DeliveryView,
    NewAlert,
    TooManyAlertsError,
    TooManyTestsError,
)
from services.api.alerts.service import AlertRepository, AlertService, TestMessageLimit
from services.api.dependencies import Dependencies
from services.api.endpoints import Endpoint
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import SUBJECT
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

ALERTS = web.AppKey("alerts", AlertService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[ALERTS] = AlertService(AlertRepository(deps.pool), TestMessageLimit(deps.redis), deps.clock, deps.random)


async def list_alerts(request: web.Request, caller: Caller) -> AlertList:
    """List the alerts of a site."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return AlertList(alerts=tuple(await request.app[ALERTS].of_site(site)))


async def create_alert(request: web.Request, caller: Caller, body: NewAlert) -> CreatedAlert:
    """Create an alert.

    An alert notifies of a spike, a dip or silence, or sends a weekly or monthly summary. Webhooks receive signed JSON;
    the signing secret is in this response only.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    made = await request.app[ALERTS].create(site, body)
    request[SUBJECT] = f"{site.name}/{made.id}"
    return made


async def get_alert(request: web.Request, caller: Caller) -> AlertView:
    """Get an alert."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[ALERTS].get(site, request.match_info["id"])


async def replace_alert(request: web.Request, caller: Caller, body: NewAlert) -> AlertView:
    """Replace an alert.

    Its signing secret stays.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[ALERTS].replace(site, request.match_info["id"], body)


async def delete_alert(request: web.Request, caller: Caller) -> None:
    """Delete an alert and its deliveries."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    await request.app[ALERTS].delete(site, request.match_info["id"])


async def list_deliveries(request: web.Request, caller: Caller) -> DeliveryList:
    """List the deliveries of an alert."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return DeliveryList(deliveries=tuple(await request.app[ALERTS].deliveries(site, request.match_info["id"])))


async def test_alert(request: web.Request, caller: Caller) -> DeliveryView:
    """Send a test message.

    Its result is among the deliveries within seconds. At most ten times an hour for all alerts of a site.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[ALERTS].test(site, request.match_info["id"])


_PATH = "/api/v1/sites/{name}/alerts"
_NOT_FOUND = (SiteNotFoundError, AlertNotFoundError)

ENDPOINTS = (
    Endpoint("GET", _PATH, list_alerts, tag=Tag.ALERTS, operation_id="listAlerts", raises=(SiteNotFoundError,)),
    Endpoint(
        "POST",
        _PATH,
        create_alert,
        tag=Tag.ALERTS,
        operation_id="createAlert",
        status=201,
        audit="alert.create",
        raises=(SiteNotFoundError, TooManyAlertsError),
    ),
    Endpoint("GET", f"{_PATH}/{{id}}", get_alert, tag=Tag.ALERTS, operation_id="getAlert", raises=_NOT_FOUND),
    Endpoint(
        "PUT",
        f"{_PATH}/{{id}}",
        replace_alert,
        tag=Tag.ALERTS,
        operation_id="replaceAlert",
        audit="alert.update",
        raises=_NOT_FOUND,
    ),
    Endpoint(
        "DELETE",
        f"{_PATH}/{{id}}",
        delete_alert,
        tag=Tag.ALERTS,
        operation_id="deleteAlert",
        status=204,
        audit="alert.delete",
        raises=_NOT_FOUND,
    ),
    Endpoint(
        "GET",
        f"{_PATH}/{{id}}/deliveries",
        list_deliveries,
        tag=Tag.ALERTS,
        operation_id="listAlertDeliveries",
        raises=_NOT_FOUND,
    ),
    Endpoint(
        "POST",
        f"{_PATH}/{{id}}/test",
        test_alert,
        tag=Tag.ALERTS,
        operation_id="testAlert",
        status=202,
        audit="alert.test",
        raises=(*_NOT_FOUND, TooManyTestsError),
    ),
)
