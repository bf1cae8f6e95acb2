"""Requests for every report of the API, in all its forms."""

from typing import Any

from services.api.app import ENDPOINTS
from services.api.reports.report_dimensions import DIMENSIONS

Ask = tuple[str, dict[str, Any]]

_SPANS: tuple[dict[str, Any], ...] = (
    {"period": "30d"},
    {"period": "day"},
    {"period": "custom", "from": "2046-10-25", "to": "2046-11-14"},
    {"period": "all"},
)
_FILTERS: tuple[str | list[str], ...] = (
    "country:is:NZ",
    "page:contains:prices",
    "event:is:buy",
    "goal:is:bought",
    ["browser:is_not:Chrome", "page:is_not:/"],
    "property.plan:is:pro",
)
_NARROWED = tuple({"period": "30d", "filter": wanted} for wanted in _FILTERS)
_REPORT = (*_SPANS, *_NARROWED, {"period": "7d", "compare": "previous"}, {"period": "30d", "format": "csv"})
_IN_ALL_FORMS = ("page", "country", "event")
_IN_SHORT = (_SPANS[0], _NARROWED[0], _NARROWED[1])
_SITE = {"site_id": "shop"}

REQUESTS: dict[str, tuple[dict[str, Any], ...]] = {
    "/api/v1/sites": ({},),
    "/api/v1/sites/{name}": ({},),
    "/api/v1/sites/{name}/members": ({},),
    "/api/v1/sites/{name}/goals": ({},),
    "/api/v1/sites/{name}/goals/{id}": ({},),
    "/api/v1/sites/{name}/funnels": ({},),
    "/api/v1/sites/{name}/funnels/{id}": ({},),
    "/api/v1/sites/{name}/stats/summary": _REPORT,
    "/api/v1/sites/{name}/stats/timeseries": (*_REPORT, {"period": "day", "interval": "hour"}),
    "/api/v1/sites/{name}/stats/breakdown/{dimension}": (
        *_SPANS[:3],
        *_NARROWED,
        {"period": "30d", "limit": 3, "page": 2, "sort": "value", "search": "e"},
        {"period": "30d", "limit": 2, "total": "false"},
        {"period": "30d", "goal": "bought"},
        {"period": "7d", "compare": "previous"},
    ),
    "/api/v1/overview": ({"period": "30d"}, {"period": "day"}),
    "/api/v1/sites/{name}/stats/goals": (*_SPANS, *_NARROWED),
    "/api/v1/sites/{name}/stats/funnels/{funnel}": (*_SPANS, *_NARROWED),
    "/api/v1/sites/{name}/stats/realtime": ({}, *({"filter": wanted} for wanted in _FILTERS)),
    "/api/v1/sites/{name}/stats/cohort-retention": ({"period": "30d"}, {"period": "6mo", "interval": "week"}),
    "/api/v1/sites/{name}/stats/paths": (*_SPANS, *_NARROWED, {"period": "30d", "page": "/prices"}, {"steps": 2}),
    "/api/v1/sites/{name}/insights/forecast": ({},),
    "/api/v1/sites/{name}/insights/anomalies": ({},),
    "/api/v1/sites/{name}/insights/summary": ({},),
    "/api/v1/sites/{name}/visits": ({}, {"country": "NZ", "limit": 20}, {"bot": "only"}, {"browser": "Firefox"}),
    "/api/v1/sites/{name}/visitors": ({}, {"country": "NZ", "limit": 20}, {"bot": "any"}, {"bot": "only"}),
    "/api/v1/sites/{name}/visitors/{id}": ({}, {"limit": 1}),
    "/api/v1/sites/{name}/visitors/{id}/visits/{started_at}/events": ({},),
    "/api/v1/sites/{name}/export": ({"format": "jsonl"}, {"format": "jsonl", "from": "2046-11-01", "to": "2046-11-20"}),
    "/api/v1/accounting": ({}, {"site": "shop"}),
    "/api/v1/data-retention": ({}, {"site": "shop"}),
    "/api/v1/sites/{name}/rollups": ({},),
    "/api/v1/sites/{name}/bots": ({}, {"period": "all", "limit": 2}),
    "/api/v1/sites/{name}/bots/visits": ({"period": "30d"}, {"period": "30d", "counted_as": "bot", "limit": 5}),
    "/api/v1/sites/{name}/bots/overrides": ({},),
    "/api/v1/sites/{name}/bots/settings": ({},),
    "/api/v1/sites/{name}/bots/recount": ({},),
    "/api/v1/sites/{name}/bots/scores": ({},),
    "/api/v1/deletions": ({},),
    "/sites": ({},),
    "/stats": (_SITE,),
    "/page-stats": ({**_SITE, "path": "/prices"},),
    "/forecast": (_SITE,),
    "/summary": (_SITE,),
    "/anomalies": (_SITE,),
    "/bots": (_SITE,),
    "/bot-stats": (_SITE,),
}
"""Path of an endpoint -> the queries of its requests."""

NOT_REPORTS = {
    "/api/v1/me",
    "/api/v1/me/sessions",
    "/api/v1/me/keys",
    "/api/v1/users",
    "/api/v1/users/{username}",
    "/api/v1/sites/{name}/snippet",
    "/api/v1/sites/{name}/alerts",
    "/api/v1/sites/{name}/alerts/{id}",
    "/api/v1/sites/{name}/alerts/{id}/deliveries",
    "/api/v1/sites/{name}/shares",
    "/api/v1/sites/{name}/keys",
    "/api/v1/audit",
    "/api/v1/deletions/{name}",
    "/api/v1/openapi.json",
}
"""Endpoints for users, keys and settings: their tables stay on one server."""


def unknown_reports() -> set[str]:
    """Return paths of the API that are missing here."""
    return {endpoint.path for endpoint in ENDPOINTS if endpoint.method == "GET"} - REQUESTS.keys() - NOT_REPORTS


def asks(visitor: str, started_at: str, goal: str, funnel: str) -> list[Ask]:
    """Return every request, with the ids of the site filled in."""
    places = {"name": "shop", "funnel": funnel, "started_at": started_at}
    found: list[Ask] = []
    for path, queries in REQUESTS.items():
        ids = {"id": goal if "/goals/" in path else funnel if "/funnels/" in path else visitor}
        if "{dimension}" not in path:
            found += [(path.format(**places, **ids), query) for query in queries]
            continue
        for dimension in DIMENSIONS:
            wanted = queries if dimension in _IN_ALL_FORMS else _IN_SHORT
            of_key = {"property_key": "plan"} if dimension == "property" else {}
            found += [(path.format(**places, dimension=dimension), {**query, **of_key}) for query in wanted]
    return found
