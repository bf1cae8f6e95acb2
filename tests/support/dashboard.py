"""Helpers for browser tests of the dashboard, and pages of a tracked site."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import web
from playwright.async_api import Error, Page, Response, expect

from common.config import Settings
from tests.support.install import PASSWORD, Install

AXE = Settings().web_dir.parent / "node_modules" / "axe-core" / "axe.min.js"
TIMEOUT_SECONDS = 60.0
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Playwright's browser reports that it is automated, and would count as a bot.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
HIDE_WEBDRIVER = "Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })"


class Dashboard:
    """One browser page on the dashboard of an install."""

    def __init__(self, page: Page, install: Install) -> None:
        self.page = page
        self.install = install
        self.console_errors: list[str] = []
        """Console errors and warnings, and uncaught exceptions."""
        self.hosts: set[str] = set()
        """Origins that were requested."""
        self.scripts: dict[str, int] = {}
        """File name of each loaded script and its gzipped bytes."""
        page.on("console", lambda message: self._record_error(message.type, message.text))
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        page.on("request", lambda request: self.hosts.add("/".join(request.url.split("/")[:3])))
        page.on("response", self._measure_script)

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.install.api}{path}")

    async def log_in(self, username: str = "admin", password: str = PASSWORD, path: str = "/") -> None:
        """Open ``path`` and log in."""
        await self.open(path)
        await self.fill_in(username, password)
        await expect(self.page.get_by_role("button", name="Account and appearance")).to_be_visible()

    async def fill_in(self, username: str, password: str) -> None:
        await self.page.get_by_label("Username").fill(username)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Log in").click()

    def metric(self, name: str) -> Any:
        """The value of a metric in the top line."""
        return self.page.locator(f"[data-metric={name}] .value")

    def panel(self, title: str) -> Any:
        return self.page.get_by_role("region", name=title)

    async def violations(self) -> list[str]:
        """Return the accessibility violations that axe-core finds."""
        if not await self.page.evaluate("'axe' in window"):
            # Evaluated, not added as a tag: the page's security policy blocks foreign scripts.
            await self.page.evaluate(AXE.read_text())
        found = await self.page.evaluate(
            "rules => axe.run(document, { runOnly: rules }).then(found => found.violations)", RULES
        )
        return [
            f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for violation in found
            for node in violation["nodes"]
        ]

    async def overflow(self) -> int:
        """Return how many pixels the page is wider than its window."""
        width: int = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return width

    def _record_error(self, kind: str, text: str) -> None:
        # Requests before the login return 401, which browsers log.
        if kind in ("error", "warning") and "401" not in text:
            self.console_errors.append(text)

    async def _measure_script(self, response: Response) -> None:
        if response.url.endswith(".js") and "/assets/" in response.url:
            # The body is no longer available after a navigation.
            with suppress(Error):
                self.scripts[response.url.rpartition("/")[2]] = len(gzip.compress(await response.body(), 9))


async def send(install: Install, token: str, site: str, events: list[dict[str, Any]]) -> None:
    """Send page views and events through the API, each with its ``path`` and its other fields."""
    usual = {"ip": "8.8.8.8", "user_agent": AGENT}
    origin = f"https://{site}.example"
    body = [usual | {"url": origin + event.pop("path", "/")} | event for event in events]
    answer = install.post(f"{install.api}/api/v1/events", {"site": site, "events": body}, token)
    assert answer["rejected"] == []


class Pages:
    """A site whose pages are all the same."""

    def __init__(self) -> None:
        self.origin = ""
        self.head = ""
        """HTML inside the head of every page."""

    async def show(self, _request: web.Request) -> web.Response:
        page = f"<!doctype html><html lang=en><head><title>A page</title>{self.head}</head><body>Hello</body></html>"
        return web.Response(text=page, content_type="text/html")

    async def visit(self, visitor: Page, path: str) -> None:
        """Open a page and wait until the collector accepts the page view."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while True:
            async with visitor.expect_response("**/collect") as answer:
                await visitor.goto(self.origin + path)
            if (await answer.value).status == 202:
                return
            assert time.monotonic() < deadline, (await answer.value).headers
            await asyncio.sleep(0.2)


@asynccontextmanager
async def serving_pages() -> AsyncIterator[Pages]:
    pages = Pages()
    app = web.Application()
    app.add_routes([web.get("/{path:.*}", pages.show)])
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    host, port = runner.addresses[0][:2]
    pages.origin = f"http://{host}:{port}"
    try:
        yield pages
    finally:
        await runner.cleanup()
