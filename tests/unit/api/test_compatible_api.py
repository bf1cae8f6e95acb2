"""Paths of the compatible API."""

from services.api.app import ENDPOINTS, create_app
from services.api.compat.v01dworks.collector_proxy import proxy_routes
from services.api.compat.v01dworks.routes import ENDPOINTS as COMPATIBLE
from tests.support.servers import settings_for


def test_compatible_paths_do_not_collide_with_other_paths() -> None:
    passed_on = settings_for("postgresql://unused", "redis://unused", api={"collector_url": "http://127.0.0.1:8001"})
    passed_on = passed_on.model_copy(
        update={"api": passed_on.api.model_copy(update={"jwt_secret": settings_for("", "").api.jwt_secret})}
    )
    router = create_app(passed_on).router
    routes = [(route.method, route.resource.canonical) for route in router.routes() if route.resource is not None]
    assert len(set(routes)) == len(routes)
    short = {endpoint.path for endpoint in COMPATIBLE} | {str(route.path) for route in proxy_routes()}
    methods = {path: {method for method, each in routes if each == path} for path in short}
    assert all(methods[path] == {"GET", "OPTIONS"} for path in methods if path not in ("/track", "/click"))
    assert methods["/track"] == methods["/click"] == {"POST", "OPTIONS"}


def test_compatible_endpoints_are_in_the_openapi_document() -> None:
    assert set(COMPATIBLE) <= set(ENDPOINTS)
