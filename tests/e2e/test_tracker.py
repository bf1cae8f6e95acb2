"""The built tracker in a real browser: what it sends, when, and that it never breaks the page."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from common.config import Settings
from tests.support.browser import running_chromium
from tests.support.tracked_site import Beacon, TrackedSite, built_tracker, serving

# All go to one browser, each as a visitor who has never been anywhere.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

# What a browser does when the tab goes to the background, which a headless one never does by itself.
HIDDEN = """hidden => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}"""
# Returns when the tracker has heard of it, too: its listener was there first.
SCROLLED = """to => new Promise(done => {
    addEventListener('scroll', () => done(), { once: true });
    scrollTo(0, to === 'end' ? document.documentElement.scrollHeight : to);
})"""
# Gives for how many milliseconds it was shown.
SHOWN_FOR_A_MOMENT = f"""async () => {{
    const turn = {HIDDEN}, begun = performance.now();
    turn(false);
    await new Promise(done => setTimeout(done, 200));
    turn(true);
    return performance.now() - begun;
}}"""
# What the host page would see of an error.
WATCH_ERRORS = """<script>
    window.seen = [];
    addEventListener('error', event => seen.push(event.message || 'resource'), false);
    addEventListener('unhandledrejection', event => seen.push(String(event.reason)));
</script>"""


@pytest.fixture(scope="session")
def script() -> bytes:
    return built_tracker(Settings().web_dir)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with running_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context()
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(context: BrowserContext) -> Page:
    return await context.new_page()


@pytest_asyncio.fixture(loop_scope="module")
async def site(script: bytes) -> AsyncIterator[TrackedSite]:
    async with serving(script) as site:
        yield site


async def opened(page: Page, site: TrackedSite, path: str = "/") -> None:
    """``page`` shows ``path``, and its page view has been received."""
    await page.goto(site.url(path))
    assert "kind" not in await site.beacon()


async def leave_and_view(site: TrackedSite) -> tuple[Beacon, Beacon]:
    """The end of one page view and the begin of the next. They travel apart, so either may arrive first."""
    leave, view = sorted([await site.beacon(), await site.beacon()], key=lambda beacon: "kind" not in beacon)
    assert (leave["kind"], view.get("kind")) == ("leave", None)
    return leave, view


async def test_page_view_carries_what_the_browser_reports(page: Page, site: TrackedSite) -> None:
    await page.goto(site.url("/first?utm_source=letter#top"), referer="https://search.example/")
    beacon = await site.beacon()
    visitor = beacon.pop("visitor")
    assert re.fullmatch("[0-9a-f]{32}", visitor)
    assert beacon == {
        "site": "blog",
        "url": site.url("/first?utm_source=letter#top"),
        "referrer": "https://search.example/",
        "width": 1280,
        "language": "en-US",
        "webdriver": True,
    }
    await site.silence()


async def test_pushed_path_ends_one_page_view_and_starts_another(page: Page, site: TrackedSite) -> None:
    await opened(page, site)
    await page.evaluate("history.pushState({}, '', '/pushed')")
    leave, view = await leave_and_view(site)
    assert leave["url"] == site.url("/")
    assert (view["url"], view["referrer"]) == (site.url("/pushed"), site.url("/"))


async def test_going_back_in_a_single_page_app_is_a_page_view(page: Page, site: TrackedSite) -> None:
    await opened(page, site)
    await page.evaluate("history.pushState({}, '', '/pushed')")
    await leave_and_view(site)
    await page.evaluate("history.back()")
    leave, view = await leave_and_view(site)
    assert (leave["url"], view["url"]) == (site.url("/pushed"), site.url("/"))


async def test_replaced_path_is_a_page_view_but_a_replaced_query_is_not(page: Page, site: TrackedSite) -> None:
    await opened(page, site)
    await page.evaluate("history.replaceState({}, '', '/?sort=price')")
    await page.evaluate("history.pushState({}, '', '#part')")
    await site.silence()
    await page.evaluate("history.replaceState({}, '', '/replaced')")
    _, view = await leave_and_view(site)
    assert view["url"] == site.url("/replaced")


async def test_history_works_as_without_the_tracker(page: Page, site: TrackedSite) -> None:
    await opened(page, site)
    assert await page.evaluate("history.pushState({ at: 7 }, '', '/pushed')") is None
    assert await page.evaluate("[history.state.at, location.pathname]") == [7, "/pushed"]
    with pytest.raises(Exception, match="SecurityError"):
        await page.evaluate("history.pushState({}, '', 'https://elsewhere.example/')")


async def test_page_restored_from_the_back_forward_cache_is_a_page_view(page: Page, site: TrackedSite) -> None:
    await opened(page, site)
    await page.evaluate("window.kept = true")
    await page.goto(site.url("/second"))
    _, view = await leave_and_view(site)
    assert view["url"] == site.url("/second")
    # Playwright's own go_back waits for a load, and a restored page does not load.
    await page.evaluate("setTimeout(() => history.back())")
    leave, view = await leave_and_view(site)
    assert (leave["url"], view["url"]) == (site.url("/second"), site.url("/"))
    # Wait for the navigation; a page that was reloaded would not have this variable.
    await page.wait_for_function("window.kept")
    await site.silence()


async def test_leaving_reports_engaged_time_and_scroll_depth_once(page: Page, site: TrackedSite) -> None:
    await opened(page, site)
    await page.evaluate(SCROLLED, await page.evaluate("document.documentElement.scrollHeight / 2 - innerHeight"))
    await page.wait_for_timeout(600)
    await page.evaluate(SCROLLED, 0)
    await page.goto("about:blank")
    leave = await site.beacon()
    assert (leave["kind"], leave["url"]) == ("leave", site.url("/"))
    assert 600 <= leave["engaged_ms"] < 60_000
    assert 49 <= leave["scroll"] <= 51
    await site.silence()


async def test_closing_the_page_reports_engagement(page: Page, site: TrackedSite) -> None:
    await opened(page, site)
    await page.evaluate(SCROLLED, "end")
    await page.close(run_before_unload=True)
    leave = await site.beacon()
    assert leave["kind"] == "leave"
    assert leave["scroll"] == pytest.approx(100, abs=0.5)


async def test_background_time_is_not_engaged_and_each_leave_reports_the_difference(
    page: Page, site: TrackedSite
) -> None:
    await opened(page, site)
    await page.wait_for_timeout(500)
    await page.evaluate(HIDDEN, True)
    first = await site.beacon()
    assert first["kind"] == "leave"
    assert first["engaged_ms"] >= 500
    await page.wait_for_timeout(1500)
    shown = await page.evaluate(SHOWN_FOR_A_MOMENT)
    second = await site.beacon()
    assert second["kind"] == "leave"
    assert 200 <= second["engaged_ms"] <= shown + 50
    await site.silence()


async def test_hidden_page_counts_once_it_is_shown(page: Page, site: TrackedSite) -> None:
    await page.add_init_script("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    await page.goto(site.url("/later"))
    await site.silence()
    assert await page.context.cookies() == []
    await page.evaluate(HIDDEN, False)
    assert (await site.beacon())["url"] == site.url("/later")


@pytest.mark.parametrize("button", ["left", "middle"])
async def test_outbound_click_is_sent(page: Page, context: BrowserContext, site: TrackedSite, button: str) -> None:
    await context.route("https://elsewhere.example/**", lambda route: route.fulfill(body="there"))
    # A page's own handlers may keep the event to themselves.
    site.before = "<script>document.addEventListener('click', event => event.stopImmediatePropagation(), true)</script>"
    await opened(page, site)
    await page.click("#outside", button=button)  # type: ignore[arg-type]
    click = await site.beacon()
    assert (click["kind"], click["name"]) == ("click", "https://elsewhere.example/there?x=1")
    assert click["url"] == site.url("/")
    assert "props" not in click


async def test_download_click_is_marked_as_a_download(page: Page, site: TrackedSite) -> None:
    await opened(page, site)
    async with page.expect_download():
        await page.click("#file")
    click = await site.beacon()
    assert (click["kind"], click["name"]) == ("click", site.url("/files/report.pdf"))
    assert click["props"] == {"download": True}
    await site.silence()


async def test_internal_and_mail_links_send_no_click(page: Page, site: TrackedSite) -> None:
    await opened(page, site)
    await page.click("#outside", button="right")
    await page.evaluate("document.querySelector('#mail').dispatchEvent(new MouseEvent('click', { bubbles: true }))")
    await page.evaluate("document.dispatchEvent(new MouseEvent('click'))")
    await site.silence()
    await page.click("#inside")
    _, view = await leave_and_view(site)
    assert view["url"] == site.url("/second")


async def test_custom_events_are_sent_with_their_properties(page: Page, site: TrackedSite) -> None:
    await opened(page, site)
    await page.evaluate("uv('event', 'signup', { plan: 'pro', seats: 3, trial: true })")
    event = await site.beacon()
    assert (event["kind"], event["name"]) == ("event", "signup")
    assert event["props"] == {"plan": "pro", "seats": 3, "trial": True}


async def test_events_queued_before_the_tracker_loads_are_sent(page: Page, site: TrackedSite) -> None:
    site.before = """<script>
        window.uv = window.uv || function () { (uv.q = uv.q || []).push(arguments) };
        uv('event', 'early');
    </script>"""
    await opened(page, site)
    event = await site.beacon()
    assert (event["kind"], event["name"]) == ("event", "early")


async def test_excluded_paths_send_nothing(page: Page, site: TrackedSite) -> None:
    site.attributes = 'data-exclude="/admin/*, /private"'
    for path in ("/admin/users", "/private"):
        await page.goto(site.url(path))
        await page.evaluate("uv('event', 'hidden')")
        await page.evaluate("history.pushState({}, '', '/admin/other')")
    await page.goto("about:blank")
    await site.silence()
    await opened(page, site, "/administration")


async def test_page_with_two_tags_is_counted_once(page: Page, site: TrackedSite) -> None:
    site.before = '<script defer src="/uv.js" data-site="blog"></script>'
    await opened(page, site)
    await site.silence()


async def test_visitor_is_recognized_by_a_cookie_of_thirteen_months(
    page: Page, context: BrowserContext, site: TrackedSite
) -> None:
    await page.goto(site.url("/"))
    visitor = (await site.beacon())["visitor"]
    [cookie] = await context.cookies()
    assert (cookie["name"], cookie["value"], cookie["path"]) == ("_uv", visitor, "/")
    assert cookie["sameSite"] == "Lax"
    now: float = await page.evaluate("Date.now() / 1000")
    assert (cookie["expires"] - now) / 86_400 == pytest.approx(396, abs=1)
    await page.goto(site.url("/second"))
    assert (await site.beacon())["visitor"] == (await site.beacon())["visitor"] == visitor


@pytest.mark.parametrize("signal", ["globalPrivacyControl: { value: true }", "doNotTrack: { value: '1' }"])
async def test_browser_that_refuses_tracking_gets_no_cookie_but_counts(
    page: Page, context: BrowserContext, site: TrackedSite, signal: str
) -> None:
    await page.add_init_script(f"Object.defineProperties(navigator, {{ {signal} }})")
    await page.goto(site.url("/"))
    assert "visitor" not in await site.beacon()
    assert await context.cookies() == []


async def test_cookieless_site_sets_no_cookie(page: Page, context: BrowserContext, site: TrackedSite) -> None:
    site.attributes = 'data-cookie="off"'
    await page.goto(site.url("/"))
    assert "visitor" not in await site.beacon()
    assert await context.cookies() == []


async def test_tracker_works_behind_a_path_of_the_site(page: Page, script: bytes) -> None:
    async with serving(script, folder="/some/stats") as site:
        await page.goto(site.url("/"))
        assert (await site.beacon())["url"] == site.url("/")


async def test_tracker_sends_to_the_collector_in_the_tag(page: Page, site: TrackedSite, script: bytes) -> None:
    async with serving(script, folder="/stats") as elsewhere:
        site.attributes = f'data-api="{elsewhere.url("/stats")}"'
        await page.goto(site.url("/"))
        assert (await elsewhere.beacon())["url"] == site.url("/")
    await site.silence()


@pytest.mark.parametrize("how", ["delete Navigator.prototype.sendBeacon", "navigator.sendBeacon = () => false"])
async def test_tracker_uses_fetch_without_send_beacon(page: Page, site: TrackedSite, how: str) -> None:
    await page.add_init_script(how)
    await opened(page, site)


@pytest.mark.parametrize(
    "harm",
    [
        "",
        "delete Navigator.prototype.sendBeacon",
        "delete Navigator.prototype.sendBeacon; delete window.fetch",
        "Object.defineProperty(document, 'cookie', { get() { throw new Error('blocked') } })",
        "delete window.crypto; delete window.URL; delete window.performance",
    ],
)
async def test_page_sees_no_error_when_the_tracker_fails(page: Page, site: TrackedSite, harm: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    site.before = WATCH_ERRORS
    async with serving(b"") as stopped:
        dead = stopped.origin
    site.attributes = f'data-api="{dead}"'
    await page.add_init_script(harm)
    await page.goto(site.url("/"))
    await page.evaluate("uv('event', 'round', (() => { const props = {}; props.self = props; return props })())")
    await page.evaluate("history.pushState({}, '', '/pushed')")
    await page.evaluate("document.querySelector('#file').dispatchEvent(new MouseEvent('click', { bubbles: true }))")
    await page.wait_for_timeout(300)
    assert await page.evaluate("window.seen") == []
    assert errors == []
    await site.silence()


async def test_sandboxed_frame_without_cookies_sees_no_error(page: Page, site: TrackedSite) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await opened(page, site)
    frame = f'<iframe sandbox="allow-scripts" src="{site.url("/framed")}"></iframe>'
    await page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", frame)
    await page.wait_for_timeout(500)
    assert errors == []


@pytest.mark.parametrize("refusal", [503, 502, 0])
async def test_temporarily_rejected_beacon_is_resent_once(page: Page, site: TrackedSite, refusal: int) -> None:
    site.refusals = [refusal, refusal]
    await page.goto(site.url("/first"))
    await site.silence()
    await page.evaluate("uv('event', 'second')")
    sent = [await site.beacon(), await site.beacon()]
    # Each is sent on its own, and a browser repeats by itself what broke with the connection: any may be first.
    assert sorted((beacon.get("kind", "view"), beacon["url"]) for beacon in sent) == [
        ("event", site.url("/first")),
        ("view", site.url("/first")),
    ]
    assert site.refusals == []
    await page.wait_for_timeout(3_000)
    await site.silence()


async def test_permanently_rejected_beacon_is_not_resent(page: Page, site: TrackedSite) -> None:
    site.refusals = [404]
    await page.goto(site.url("/"))
    await page.wait_for_timeout(4_500)
    await site.silence()


async def test_unsent_beacon_is_sent_from_the_next_page_of_the_tab(page: Page, site: TrackedSite) -> None:
    site.refusals = [503]
    await page.goto(site.url("/first"))
    await page.wait_for_function("sessionStorage._uvq?.includes('/first')")
    await page.goto(site.url("/second"))
    sent = [await site.beacon() for _ in range(3)]
    assert sorted((beacon.get("kind", "view"), beacon["url"]) for beacon in sent) == [
        ("leave", site.url("/first")),
        ("view", site.url("/first")),
        ("view", site.url("/second")),
    ]
    assert await page.evaluate("sessionStorage._uvq") == "[]"


async def test_queue_keeps_twenty_beacons_and_drops_the_oldest(page: Page, site: TrackedSite) -> None:
    site.refusals = [503] * 31
    await page.goto(site.url("/"))
    await page.evaluate("for (let n = 1; n <= 30; n++) uv('event', 'number ' + n)")
    await page.wait_for_function("JSON.parse(sessionStorage._uvq).length == 20")
    names = [(await site.beacon())["name"] for _ in range(20)]
    assert set(names) == {f"number {n}" for n in range(11, 31)}
    await site.silence()
