"""The path from a page view in a real browser to a number on the dashboard."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.support.install import PASSWORD, Install

pytestmark = pytest.mark.browser

CLIENT = "203.0.113.77"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Marked"
TIMEOUT_SECONDS = 60.0


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    running = Install(
        tmp_path_factory.mktemp("first-visit"),
        PYUNIQVISIT_COLLECTOR__TRUSTED_PROXIES='["127.0.0.0/8"]',
        PYUNIQVISIT_LOG__LEVEL="debug",
    )
    running.up()
    yield running
    running.end(15)


@pytest.fixture
async def visitor(browser: Browser, install: Install) -> AsyncIterator[Page]:
    """A browser whose address and user agent are easy to find in logs."""
    context = await browser.new_context(user_agent=AGENT)

    async def from_afar(route: Route) -> None:
        # Set as a proxy would: a page could not send this header without a CORS preflight.
        await route.continue_(headers={**route.request.headers, "x-forwarded-for": CLIENT})

    await context.route(f"{install.collector}/**", from_afar)
    yield await context.new_page()
    await context.close()


async def summary(install: Install, token: str) -> dict[str, float]:
    url = f"{install.api}/api/v1/sites/demo/stats/summary?period=day"
    return await asyncio.to_thread(install.get, url, token)


async def until(install: Install, token: str, **wanted: float) -> None:
    """Wait until the summary shows the expected values."""
    begun = time.monotonic()
    while True:
        shown = await summary(install, token)
        if all(shown[name] == value for name, value in wanted.items()):
            return
        assert time.monotonic() - begun < TIMEOUT_SECONDS, shown
        await asyncio.sleep(0.05)


async def test_visit_reaches_api_and_dashboard_without_personal_data_in_logs(
    install: Install, visitor: Page, page: Page
):
    token = await asyncio.to_thread(install.token)
    assert (await summary(install, token))["pageviews"] == 0

    await visitor.goto(f"{install.api}/demo/")
    await until(install, token, visitors=1, visits=1, pageviews=1)
    await visitor.goto(f"{install.api}/demo/about.html")
    await until(install, token, visitors=1, visits=1, pageviews=2, bounce_rate=0)

    url = f"{install.api}/api/v1/sites/demo/stats/timeseries?period=day&interval=hour"
    series = await asyncio.to_thread(install.get, url, token)
    assert sum(point["pageviews"] for point in series["points"]) == 2
    assert sum(point["visitors"] for point in series["points"]) == 1

    await page.goto(install.api)
    await page.get_by_label("Username").fill("admin")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name=re.compile("log in|sign in", re.IGNORECASE)).click()
    await expect(page.get_by_text("Visitors").first).to_be_visible()

    cookies = [cookie["value"] for cookie in await visitor.context.cookies() if cookie["name"] == "_uv"]
    assert cookies, "the visitor has no cookie"
    written = everything_written(install.data)
    assert len(written) > 3
    for secret in (CLIENT, "Marked", PASSWORD, *cookies):
        assert [name for name, text in written.items() if secret in text] == []


def everything_written(data: Path) -> dict[str, str]:
    """The text of every log below the data directory."""
    return {path.name: path.read_text(errors="replace") for path in data.rglob("*.log*")}
