"""The dashboard as somebody uses it, and the pages of a site that is counted."""

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
PATIENCE_SECONDS = 60.0
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# A browser of Playwright says that a program drives it, and is then counted as one.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
LIKE_PEOPLE = "Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })"


class Dashboard:
    """One browser page on the dashboard of an install."""

    def __init__(self, page: Page, install: Install) -> None:
        self.page = page
        self.install = install
        self.complaints: list[str] = []
        """What the browser's console said, and errors that nobody caught."""
        self.hosts: set[str] = set()
        """Who was asked for anything."""
        self.scripts: dict[str, int] = {}
        """Path of each script that was loaded -> its bytes, gzipped."""
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add("/".join(request.url.split("/")[:3])))
        page.on("response", self._weigh)

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.install.api}{path}")

    async def log_in(self, username: str = "admin", password: str = PASSWORD, path: str = "/") -> None:
        """Opens ``path`` as somebody who is asked to log in first."""
        await self.open(path)
        await self.fill_in(username, password)
        await expect(self.page.get_by_role("button", name="Account and appearance")).to_be_visible()

    async def fill_in(self, username: str, password: str) -> None:
        await self.page.get_by_label("Username").fill(username)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Log in").click()

    def metric(self, name: str) -> Any:
        """The number of the top line, as it is shown."""
        return self.page.locator(f"[data-metric={name}] .value")

    def panel(self, title: str) -> Any:
        return self.page.get_by_role("region", name=title)

    async def barriers(self) -> list[str]:
        """What axe-core finds wrong with the page as it is."""
        if not await self.page.evaluate("'axe' in window"):
            # By the debugger, not by a tag: the page's own policy lets no foreign script in.
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
        """By how many pixels the page is wider than its window."""
        width: int = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return width

    def _hear(self, kind: str, text: str) -> None:
        # That there is no login yet is answered 401, and browsers say so.
        if kind in ("error", "warning") and "401" not in text:
            self.complaints.append(text)

    async def _weigh(self, response: Response) -> None:
        if response.url.endswith(".js") and "/assets/" in response.url:
            # A page that was left in the meantime has its scripts no more.
            with suppress(Error):
                self.scripts[response.url.rpartition("/")[2]] = len(gzip.compress(await response.body(), 9))


async def send(install: Install, token: str, site: str, events: list[dict[str, Any]]) -> None:
    """Page views and events by the door for servers; each with ``path`` and whatever else differs."""
    usual = {"ip": "8.8.8.8", "user_agent": AGENT}
    origin = f"https://{site}.example"
    body = [usual | {"url": origin + event.pop("path", "/")} | event for event in events]
    answer = install.post(f"{install.api}/api/v1/events", {"site": site, "events": body}, token)
    assert answer["rejected"] == []


class Pages:
    """A site of ordinary pages, all alike."""

    def __init__(self) -> None:
        self.origin = ""
        self.head = ""
        """What is in the heads of its pages."""

    async def show(self, _request: web.Request) -> web.Response:
        page = f"<!doctype html><html lang=en><head><title>A page</title>{self.head}</head><body>Hello</body></html>"
        return web.Response(text=page, content_type="text/html")

    async def visit(self, visitor: Page, path: str) -> None:
        """Returns when the collector took the page view; a site that is new to it may take a moment."""
        deadline = time.monotonic() + PATIENCE_SECONDS
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
