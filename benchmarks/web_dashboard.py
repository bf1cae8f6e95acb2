"""A site's dashboard, opened by a logged-in user with an empty browser cache."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Response

from benchmarks.dataset.__main__ import make_site
from benchmarks.dataset.load import DatasetSpec
from benchmarks.processes import all_cores
from benchmarks.servers import prepare_database, running_api, running_postgres, running_valkey
from benchmarks.statistics_sets import PASSWORD, SITE, USER, make_user

_VISITS, _MONTHS = 4_000, 2
_WATCH = """
window.moved = 0
new PerformanceObserver(list => list.getEntries().forEach(entry => { moved += entry.value }))
    .observe({ type: "layout-shift", buffered: true })
const look = () => {
    const value = document.querySelector("[data-metric=visitors] .value")
    if (value && /\\d/.test(value.textContent)) window.numbers = performance.now()
    else requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""
_LONGEST_MS = 30_000
_AFTER_SECONDS = 1.0
"""Time for what loads after the numbers and may shift the layout."""


@dataclass(slots=True)
class DashboardLoad:
    paint_ms: float = 0.0
    """First contentful paint."""
    numbers_ms: float = 0.0
    """Until the number of visitors is shown."""
    moved: float = 0.0
    """Cumulative layout shift."""
    files: list[bytes] = field(default_factory=list)
    """Page, scripts and style sheets."""


async def first_looks(browser: Browser, folder: Path, rounds: int) -> list[DashboardLoad]:
    folder = folder / "dashboard"
    folder.mkdir()
    with running_postgres(folder) as postgres, running_valkey(folder, fsync="everysec", cores=all_cores()) as valkey:
        database_url = postgres.database_url()
        await asyncio.to_thread(prepare_database, database_url)
        await make_site(
            database_url, DatasetSpec(SITE, _VISITS, datetime.now(UTC).date(), _MONTHS), report=lambda _text: None
        )
        await make_user(database_url)
        with running_api(valkey.url, database_url, folder, all_cores()) as api:
            base = f"http://127.0.0.1:{api.port}"
            context = await browser.new_context(viewport={"width": 1280, "height": 900})
            await _log_in(context, base)
            await context.add_init_script(_WATCH)
            await _look(context, base)
            return [await _look(context, base) for _ in range(rounds)]


async def _log_in(context: BrowserContext, base: str) -> None:
    page = await context.new_page()
    await page.goto(base)
    await page.get_by_label("Username").fill(USER)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("button", name="Account and appearance").wait_for(timeout=_LONGEST_MS)
    await page.close()


async def _look(context: BrowserContext, base: str) -> DashboardLoad:
    page, seen = await context.new_page(), DashboardLoad()
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    tools = await context.new_cdp_session(page)
    await tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await page.goto(f"{base}/site/{SITE}")
    number = page.locator("[data-metric=visitors] .value").filter(has_text=re.compile(r"\d"))
    await number.wait_for(timeout=_LONGEST_MS)
    await asyncio.sleep(_AFTER_SECONDS)
    seen.paint_ms = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    seen.numbers_ms = await page.evaluate("numbers")
    seen.moved = await page.evaluate("moved")
    for answer in answers:
        if answer.request.resource_type in ("document", "script", "stylesheet"):
            seen.files.append(await answer.body())
    await page.close()
    return seen
