"""Accessibility, layout, themes, language and load time of the dashboard."""

import asyncio
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.dashboard import Dashboard, send
from tests.support.install import Install
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser

SITE = "/site/shop"
PAGES = [
    "/",
    "/new",
    SITE,
    f"{SITE}?compare=previous&filter=country:is:US",
    f"{SITE}?details=page",
    f"{SITE}/realtime",
    f"{SITE}/visits",
    f"{SITE}/bots",
    f"{SITE}/settings",
    f"{SITE}/settings/privacy",
    f"{SITE}/settings/goals",
    f"{SITE}/settings/funnels",
    f"{SITE}/settings/alerts",
    f"{SITE}/settings/sharing",
    f"{SITE}/settings/devices",
    f"{SITE}/settings/members",
    f"{SITE}/settings/install",
    f"{SITE}/settings/data",
    f"{SITE}/settings/danger",
    "/pair/shop",
    "/pair",
    "/site/quiet",
    "/account",
    "/account/security",
    "/account/keys",
    "/admin/users",
    "/admin/audit",
    "/site/unknown",
]
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (375, 768, 2560, 375)
"""Widths of a phone, a tablet and a wide screen, and of a phone again after the wide page."""
DRAWN = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const ending = () => document.getAnimations()
        .filter(each => each.playState === 'running' && each.effect.getComputedTiming().endTime < Infinity);
    // The end of one transition may begin another, of what inherits from it.
    for (let still = 0; still < 2; still = ending().length ? 0 : still + 1) {
        await Promise.allSettled(ending().map(each => each.finished));
        await frame();
    }
}"""
# Of the first test vector of RFC 8032.
PUBLIC_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
FIRST_LOAD = 100 * 1024
"""Most bytes of gzipped scripts that the first load of a dashboard may take."""


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    running = Install(tmp_path_factory.mktemp("looks"))
    running.up()
    token, api = running.token(), f"{running.api}/api/v1"
    for name in ("shop", "quiet"):
        running.post(f"{api}/sites", {"name": name, "url": f"https://{name}.example"}, token)
    running.post(f"{api}/sites/shop/goals", {"name": "Home", "page": "/"}, token)
    steps = [{"page": "/"}, {"page": "/blog"}]
    running.post(f"{api}/sites/shop/funnels", {"name": "Way", "steps": steps}, token)
    running.post(f"{api}/sites/shop/shares", {"name": "Board"}, token)
    running.post(f"{api}/sites/shop/keys", {"name": "Phone", "public_key_hex": PUBLIC_KEY}, token)
    alert = {"kind": "silence", "channel": "email", "target": "owner@shop.example"}
    running.post(f"{api}/sites/shop/alerts", alert, token)
    running.post(f"{api}/sites/shop/bots/overrides", {"kind": "rule", "value": "ua:monitor", "action": "allow"}, token)
    running.post(f"{api}/me/keys", {"name": "nightly", "scopes": ["read:stats"]}, token)
    running.post(f"{api}/users", {"username": "mia", "password": "the password of mia"}, token)
    long_path = "/a-very-long-path-without-any-place-to-break-it-too-wide-for-any-phone"
    crawler = {"path": "/", "ip": "8.8.9.8", "user_agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"}
    views = [{"path": path, "ip": f"8.8.{n}.8"} for n, path in enumerate(["/", "/blog", long_path, "/", "/"])]
    asyncio.run(send(running, token, "shop", [*views, crawler]))
    wait_until(lambda: running.get(f"{api}/sites/shop/stats/summary?period=day", token)["visits"] >= len(views))
    yield running
    running.end(15)


async def settle(page: Page) -> None:
    """Wait until everything has loaded."""
    await page.wait_for_load_state("networkidle")
    await expect(page.locator("main h1")).to_be_attached()
    await expect(page.locator(".skeleton, .stale, [aria-busy=true]")).to_have_count(0)


async def test_no_page_violates_accessibility_rules(browser: Browser, install: Install):
    context = await browser.new_context(reduced_motion="reduce")
    dashboard = Dashboard(await context.new_page(), install)
    found: dict[tuple[str, str], list[str]] = {}

    async def look_at(name: str) -> None:
        for theme in THEMES:
            await dashboard.page.emulate_media(color_scheme=theme)
            await dashboard.page.evaluate(DRAWN)
            found[name, theme] = await dashboard.violations()

    await dashboard.open("/")
    await expect(dashboard.page.get_by_label("Username")).to_be_visible()
    await look_at("login")
    await dashboard.log_in()
    for path in PAGES:
        await dashboard.open(path)
        await settle(dashboard.page)
        await look_at(path)
    assert {where: violations for where, violations in found.items() if violations} == {}
    await context.close()


async def test_no_page_is_wider_than_the_screen(browser: Browser, install: Install):
    context = await browser.new_context()
    dashboard = Dashboard(await context.new_page(), install)
    page, found = dashboard.page, {}
    await dashboard.log_in()
    for path in PAGES:
        await page.set_viewport_size({"width": WIDTHS[0], "height": 800})
        await dashboard.open(path)
        await settle(page)
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 800})
            await page.evaluate(DRAWN)
            found[path, width] = await dashboard.overflow()
    assert {where: pixels for where, pixels in found.items() if pixels > 0} == {}
    assert [text for text in dashboard.console_errors if "404" not in text] == []
    await context.close()


async def test_browser_stores_only_the_chosen_preferences(page: Page, install: Install):
    dashboard = Dashboard(page, install)
    await dashboard.log_in()
    await page.get_by_role("button", name="Account and appearance").click()
    await page.get_by_role("button", name="Dark").click()
    background = "getComputedStyle(document.body).backgroundColor"
    dark = await page.evaluate(background)
    await page.reload()
    await expect(page.get_by_role("heading", name="Sites")).to_be_visible()
    assert await page.evaluate(background) == dark
    assert await page.evaluate("Object.keys(localStorage)") == ["preferences"]
    assert await page.evaluate("[sessionStorage.length, document.cookie]") == [0, ""]


async def test_german_browser_gets_the_german_dashboard(browser: Browser, install: Install):
    context = await browser.new_context(locale="de-DE")
    page = await context.new_page()
    await page.goto(install.api)
    await expect(page.get_by_role("button", name="Anmelden")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "de"
    await context.close()


async def test_first_load_is_small_fast_and_without_layout_shifts(page: Page, install: Install):
    dashboard = Dashboard(page, install)
    await dashboard.log_in()
    await page.add_init_script("""
        window.moved = 0;
        new PerformanceObserver(list => list.getEntries().forEach(entry => { moved += entry.value; }))
            .observe({ type: 'layout-shift', buffered: true });
    """)
    # Depends on the load of the machine; docs/contributing/measurements.md has the time on an idle one.
    shown = []
    for _ in range(5):
        dashboard.scripts.clear()
        await dashboard.open(SITE)
        await expect(dashboard.metric("visitors")).to_have_text("5")
        shown.append(await page.evaluate("performance.now()"))
        await settle(page)
        assert await page.evaluate("moved") < 0.02
        assert 20_000 < sum(dashboard.scripts.values()) < FIRST_LOAD, dashboard.scripts
        if shown[-1] < 3000:
            break
    assert min(shown) < 3000, shown
