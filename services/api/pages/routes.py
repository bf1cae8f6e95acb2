import asyncio
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from common.config import Settings
from services.api.pages import headers
from services.api.pages.files import NotBuiltError, collector_url, fill_in, find_file, read_page

SETTINGS = web.AppKey("pages", Settings)

_DASHBOARD = ("/", "/new", "/share", "/pair", "/account", "/account/{page}", "/admin/{page}", "/site/{place:.+}")


def page_routes(settings: Settings) -> list[web.RouteDef]:
    """Return the routes of all pages; those of the demo only with ``api.demo``."""
    pages = [
        *(web.get(path, _page(show_dashboard)) for path in _DASHBOARD),
        web.get("/assets/{file:.+}", _page(send_asset)),
        web.get("/manifest.webmanifest", _page(send_manifest)),
        web.get("/icons/{file:.+}", _page(send_icon)),
        web.get("/api/docs", _page(show_docs)),
        web.get("/api/docs/assets/{file:.+}", _page(send_docs_asset)),
    ]
    if not settings.api.demo:
        return pages
    return [*pages, web.get("/demo", redirect_to_demo), web.get("/demo/{file:.*}", _page(show_demo))]


async def show_dashboard(request: web.Request) -> web.StreamResponse:
    """Return the one page of the dashboard, which shows the view that the address names."""
    return await _file(_folder(request, "dashboard"), "index.html", headers.DASHBOARD)


async def send_asset(request: web.Request) -> web.StreamResponse:
    return await _file(_folder(request, "dashboard") / "assets", request.match_info["file"], headers.ASSETS)


async def send_manifest(request: web.Request) -> web.StreamResponse:
    """Return the manifest, with which browsers can install the dashboard as an application."""
    type_of_file = {"Content-Type": "application/manifest+json"}
    return await _file(_folder(request, "dashboard"), "manifest.webmanifest", {**headers.DASHBOARD, **type_of_file})


async def send_icon(request: web.Request) -> web.StreamResponse:
    return await _file(_folder(request, "dashboard") / "icons", request.match_info["file"], headers.ICONS)


async def show_docs(request: web.Request) -> web.StreamResponse:
    return await _file(_folder(request, "docs"), "index.html", headers.DASHBOARD)


async def send_docs_asset(request: web.Request) -> web.StreamResponse:
    return await _file(_folder(request, "docs") / "assets", request.match_info["file"], headers.ASSETS)


async def redirect_to_demo(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/demo/")


async def show_demo(request: web.Request) -> web.StreamResponse:
    folder, name = _folder(request, "demo"), request.match_info["file"] or "index.html"
    if not name.endswith(".html"):
        return await _file(folder, name, headers.DEMO)
    return await _page_with_collector_url(request, folder, name, headers.DEMO)


def _page(handler: Handler) -> Handler:
    """Wrap ``handler`` to return a plain-text hint when the pages are not built."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except NotBuiltError:
            return web.Response(
                status=503,
                text="The web pages are not built: run `make setup`. The API under /api/v1 works without them.\n",
                headers={"Retry-After": "60", "Cache-Control": "no-store"},
            )

    return handle


async def _page_with_collector_url(
    request: web.Request, folder: Path, name: str, page_headers: Mapping[str, str]
) -> web.Response:
    """Return a page with the URL of the collector filled in."""
    page = await asyncio.to_thread(read_page, folder, name)
    if page is None:
        raise web.HTTPNotFound
    url = collector_url(request.app[SETTINGS].collector, request.host)
    return web.Response(text=fill_in(page, url), content_type="text/html", headers=page_headers)


dashboard_page = _page(show_dashboard)
"""For addresses that are both a page of the dashboard and an endpoint."""


async def _file(folder: Path, name: str, file_headers: Mapping[str, str]) -> web.StreamResponse:
    path = await asyncio.to_thread(find_file, folder, name)
    if path is None:
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=file_headers)


def _folder(request: web.Request, name: str) -> Path:
    return request.app[SETTINGS].web_dir / name
