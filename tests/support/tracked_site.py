"""A small site with the built tracker, and a stand-in for the collector that keeps the received beacons."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

Beacon = dict[str, Any]

TIMEOUT_SECONDS = 30.0
"""Seconds to wait for an expected beacon."""
SILENCE = 0.4
"""Seconds to wait until no beacon is expected any more."""

PAGE = """<!doctype html><html lang="en"><head><title>{path}</title>{head}</head>
<body style="margin:0"><main style="height:4000px">
<a id="inside" href="/second">inside</a>
<a id="outside" href="https://elsewhere.example/there?x=1">outside</a>
<a id="file" href="/files/report.pdf">file</a>
<a id="mail" href="mailto:user@elsewhere.example">mail</a>
</main></body></html>"""


class TrackedSite:
    """Every path except the tracker is a page. ``head`` is inserted into each."""

    def __init__(self, script: bytes, folder: str) -> None:
        self._script = script
        self._folder = folder
        self._received: asyncio.Queue[Beacon] = asyncio.Queue()
        self.origin = ""
        self.before = ""
        """Markup before the tag."""
        self.attributes = ""
        """Attributes of the tag, apart from ``src`` and ``data-site``."""
        self.refusals: list[int] = []
        """Statuses of the next responses, whose beacons are not kept; 0 aborts the connection."""

    def url(self, path: str = "/") -> str:
        return f"{self.origin}{path}"

    async def beacon(self) -> Beacon:
        """Return the next beacon in order of arrival. Fail if none arrives."""
        try:
            return await asyncio.wait_for(self._received.get(), TIMEOUT_SECONDS)
        except TimeoutError:
            pytest.fail("no beacon arrived")

    async def silence(self) -> None:
        """Fail if a beacon arrives."""
        await asyncio.sleep(SILENCE)
        assert self._received.empty(), f"unexpected beacon: {self._received.get_nowait()}"

    async def collect(self, request: web.Request) -> web.Response:
        assert request.content_type == "text/plain", "another content type would need a preflight"
        if self.refusals:
            status = self.refusals.pop(0)
            if not status and request.transport:
                request.transport.abort()
            return web.Response(status=status or 503, headers=_open_to(request))
        self._received.put_nowait(json.loads(await request.text()))
        return web.Response(status=202, headers=_open_to(request))

    async def send_script(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._script, content_type="text/javascript")

    async def show_page(self, request: web.Request) -> web.Response:
        tag = f'<script defer src="{self._folder}/uv.js" data-site="blog" {self.attributes}></script>'
        return web.Response(text=PAGE.format(path=request.path, head=f"{self.before}{tag}"), content_type="text/html")

    async def send_file(self, _request: web.Request) -> web.Response:
        return web.Response(body=b"%PDF-1.7", headers={"Content-Disposition": "attachment"})


def _open_to(request: web.Request) -> dict[str, str]:
    """Allow the origin, as the collector does. Otherwise pages of other origins cannot read the response, and retry."""
    origin = request.headers.get("Origin", "*")
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}


def built_tracker(web_dir: Path) -> bytes:
    try:
        return (web_dir / "uv.js").read_bytes()
    except FileNotFoundError:
        pytest.fail(f"{web_dir}/uv.js is not built: run `make web`", pytrace=False)


@asynccontextmanager
async def serving(script: bytes, folder: str = "") -> AsyncIterator[TrackedSite]:
    """Serve the site. ``folder``: the path of the tracker and the collector, without a slash at the end."""
    site = TrackedSite(script, folder)
    app = web.Application()
    app.add_routes(
        [
            web.get(f"{folder}/uv.js", site.send_script),
            web.post(f"{folder}/collect", site.collect),
            web.get("/files/{name}", site.send_file),
            web.get("/{path:.*}", site.show_page),
        ]
    )
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    host, port = runner.addresses[0][:2]
    site.origin = f"http://{host}:{port}"
    try:
        yield site
    finally:
        await runner.cleanup()
