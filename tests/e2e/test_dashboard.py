"""The dashboard in a real browser on a real install."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote

import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.dashboard import AGENT, HIDE_WEBDRIVER, Dashboard, send, serving_pages
from tests.support.install import PASSWORD, Install
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser

NASTY = "/<img src=x onerror=alert(1)>"
MIA = "the password of mia"
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    running = Install(tmp_path_factory.mktemp("dashboard"))
    running.up()
    yield running
    running.end(15)


@pytest.fixture(scope="module")
def shop(install: Install) -> str:
    """A site with visitors from two countries, on two pages, today and eight days ago."""
    token = install.token()
    site = {"name": "shop", "url": "https://shop.example", "timezone": "UTC"}
    install.post(f"{install.api}/api/v1/sites", site, token)
    install.post(f"{install.api}/api/v1/users", {"username": "mia", "password": MIA}, token)
    now = int(time.time() * 1000)
    german = {"ip": "193.99.144.85", "time": now - 1000}
    then = {"ip": "8.8.4.4", "time": now - 8 * DAY_MS}
    events = [
        {"path": "/", "time": now - 3000},
        {"path": quote(NASTY, safe="/=()"), "time": now - 2000},
        {"path": "/", "referrer": "https://www.google.com/", **german},
        {"path": "/", "kind": "event", "name": "signup", **german, "time": now - 500},
        {"path": "/old", **then},
    ]
    asyncio.run(send(install, token, "shop", events))
    url = f"{install.api}/api/v1/sites/shop/stats/summary?period=30d"
    wait_until(lambda: install.get(url, token)["visitors"] >= 3)
    return "shop"


@pytest.fixture
async def dashboard(page: Page, install: Install) -> Dashboard:
    return Dashboard(page, install)


@pytest.fixture
async def visitor(browser: Browser) -> AsyncIterator[Page]:
    """A page of a visitor that no bot rule matches."""
    context = await browser.new_context(user_agent=AGENT)
    await context.add_init_script(HIDE_WEBDRIVER)
    yield await context.new_page()
    await context.close()


async def test_new_site_shows_its_first_visitor_live(dashboard: Dashboard, visitor: Page, install: Install):
    page = dashboard.page
    async with serving_pages() as pages:
        await dashboard.log_in()
        await page.get_by_role("link", name="New site").click()
        await page.get_by_label("URL", exact=True).fill(pages.origin)
        await page.get_by_label("Name", exact=True).fill("diary")
        await page.get_by_label("Time zone").fill("Europe/Berlin")
        await page.get_by_role("button", name="Create site").click()
        await expect(page.get_by_text("Waiting for the first page view…")).to_be_visible()
        pages.head = await page.get_by_label("Snippet", exact=True).inner_text()
        await pages.visit(visitor, quote(NASTY, safe="/=()"))
        await expect(page.get_by_text("First page view received")).to_be_visible()

    await page.get_by_role("link", name="Open dashboard").click()
    await expect(dashboard.metric("visitors")).to_have_text("1")
    await expect(page.get_by_text("1 current visitor")).to_be_visible()
    await expect(dashboard.panel("Pages").get_by_role("button", name=NASTY)).to_be_visible()
    assert await page.locator("main img").count() == 0
    assert dashboard.console_errors == []
    assert dashboard.hosts == {install.api}


async def test_clicking_a_row_filters_the_page_and_its_url(dashboard: Dashboard, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}")
    await expect(dashboard.metric("visitors")).to_have_text("3")
    await dashboard.panel("Locations").get_by_role("tab", name="Countries").click()
    await dashboard.panel("Locations").get_by_role("button", name="Germany").click()
    await expect(dashboard.metric("visitors")).to_have_text("1")
    await expect(page).to_have_url(re.compile(r"filter=country%3Ais%3ADE"))
    await dashboard.panel("Behavior").get_by_role("tab", name="Events").click()
    await expect(dashboard.panel("Behavior").get_by_role("button", name="signup")).to_be_visible()

    await dashboard.panel("Sources").get_by_role("button", name="Google").click()
    await expect(page.get_by_role("list", name="Filters").get_by_role("listitem")).to_have_count(4)
    await page.go_back()
    await page.reload()
    await expect(dashboard.metric("visitors")).to_have_text("1")
    await page.get_by_role("button", name="Remove Country").click()
    await expect(dashboard.metric("visitors")).to_have_text("3")


async def test_filter_dialog_adds_a_text_filter(dashboard: Dashboard, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}")
    await page.get_by_role("button", name="Filter", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Operator").select_option("contains")
    await dialog.get_by_label("Text").fill("onerror")
    await dialog.get_by_role("button", name="Apply").click()
    await expect(dashboard.metric("pageviews")).to_have_text("1")
    await expect(page.get_by_role("list", name="Filters")).to_contain_text("Page contains onerror")


async def test_metrics_are_compared_with_the_previous_period(dashboard: Dashboard, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}?period=7d&compare=previous")
    visitors = page.locator("[data-metric=visitors]")
    await expect(visitors).to_contain_text("2")
    await expect(visitors).to_contain_text("100%")
    await expect(visitors).to_contain_text("from 1")
    await page.get_by_role("button", name="Show as table").click()
    table = page.get_by_role("region", name="Chart data")
    await expect(table.get_by_role("row")).to_have_count(8)
    await expect(table).to_contain_text("Comparison")


async def test_details_list_all_values_and_export_csv(dashboard: Dashboard, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}")
    await dashboard.panel("Pages").get_by_role("button", name="Details").click()
    dialog = page.get_by_role("dialog", name="Page")
    await expect(dialog.get_by_role("row")).to_have_count(4)
    await dialog.get_by_role("button", name="Page", exact=True).click()
    await expect(dialog.get_by_role("columnheader").first).to_have_attribute("aria-sort", "descending")
    await dialog.get_by_role("searchbox").fill("old")
    await expect(dialog.get_by_role("row")).to_have_count(2)
    await dialog.get_by_role("button", name="Export").click()
    async with page.expect_download() as download:
        await dialog.get_by_role("button", name="CSV").click()
    file = await (await download.value).path()
    assert "/old" in file.read_text()
    await page.go_back()
    await expect(dialog).to_be_hidden()


async def test_keyboard_shortcuts_change_period_filters_and_tabs(dashboard: Dashboard, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}")
    await expect(dashboard.metric("visitors")).to_have_text("3")
    await page.locator("h1").focus()
    await page.keyboard.press("d")
    await expect(page).to_have_url(re.compile("period=day"))
    await page.keyboard.press("ArrowLeft")
    await expect(page).to_have_url(re.compile(r"until=\d{4}-\d\d-\d\d"))
    await page.keyboard.press("ArrowRight")
    await expect(page).not_to_have_url(re.compile("until"))
    await page.keyboard.press("w")
    await expect(dashboard.metric("visitors")).to_have_text("2")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    dialog = page.get_by_role("dialog", name="Add filter")
    await expect(dialog.get_by_label("Value")).to_be_focused()
    await page.keyboard.type("/old")
    await page.keyboard.press("Enter")
    await expect(dashboard.metric("visitors")).to_have_text("0")
    await page.keyboard.press("x")
    await expect(dashboard.metric("visitors")).to_have_text("2")

    tab = dashboard.panel("Pages").get_by_role("tab", name="Pages", exact=True)
    await tab.focus()
    await page.keyboard.press("ArrowRight")
    await expect(dashboard.panel("Pages").get_by_role("tab", name="Entry pages")).to_have_attribute(
        "aria-selected", "true"
    )


async def test_dragging_on_the_chart_selects_a_date_range(dashboard: Dashboard, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}")
    over = page.locator(".u-over")
    await expect(over).to_be_visible()
    box = await over.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    await page.mouse.move(box["x"] + box["width"] * 0.5, y)
    await expect(page.locator(".tooltip")).to_contain_text("Visitors")
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * 0.9, y, steps=5)
    await page.mouse.up()
    await expect(page).to_have_url(re.compile(r"period=custom&from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d"))


async def test_shared_link_opens_only_the_dashboard_until_revoked(
    dashboard: Dashboard, browser: Browser, install: Install, shop: str
):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}/settings/sharing")
    await page.get_by_role("button", name="New link").click()
    await page.get_by_label("Name").fill("The board")
    await page.get_by_label("Password (optional)").fill("only for the board")
    await page.get_by_role("button", name="Create link").click()
    link = await page.locator("[data-secret]").inner_text()
    await page.get_by_role("button", name="Done").click()

    private = await browser.new_context()
    board = Dashboard(await private.new_page(), install)
    await board.page.goto(link)
    await expect(board.page.get_by_label("Password")).to_be_focused()
    await expect(board.page.get_by_text("Incorrect password.")).to_have_count(0)
    await board.page.get_by_label("Password").fill("not that one")
    await board.page.get_by_role("button", name="Open").click()
    await expect(board.page.get_by_text("Incorrect password.")).to_be_visible()
    await board.page.get_by_label("Password").fill("only for the board")
    await board.page.get_by_role("button", name="Open").click()
    await expect(board.metric("visitors")).to_have_text("3")
    await expect(board.page.get_by_role("link", name="Settings")).to_have_count(0)
    await board.page.keyboard.press("w")
    await expect(board.metric("visitors")).to_have_text("2")
    assert "#" in board.page.url
    await board.open(f"/site/{shop}")
    await expect(board.page.get_by_label("Username")).to_be_visible()

    await page.get_by_role("button", name="Revoke").click()
    await page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await expect(page.get_by_text("Link revoked")).to_be_visible()
    await board.page.goto(link)
    await expect(board.page.get_by_text("This link is no longer valid.")).to_be_visible()
    await private.close()


async def test_public_site_shows_reports_without_login_but_no_visits(
    dashboard: Dashboard, browser: Browser, install: Install, shop: str
):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}/settings/sharing")
    await page.get_by_label("Anyone can view this dashboard").check()
    await expect(page.get_by_text(f"/site/{shop}", exact=False).first).to_be_visible()

    private = await browser.new_context()
    anonymous = Dashboard(await private.new_page(), install)
    await anonymous.open(f"/site/{shop}")
    await expect(anonymous.metric("visitors")).to_have_text("3")
    await anonymous.open(f"/site/{shop}/visits")
    await expect(anonymous.page.get_by_label("Username")).to_be_visible()
    await private.close()
    await page.get_by_label("Anyone can view this dashboard").uncheck()
    await expect(page.get_by_text("Saved").last).to_be_visible()


async def test_member_sees_own_sites_but_no_visitors_or_admin_pages(
    dashboard: Dashboard, browser: Browser, install: Install, shop: str
):
    private = await browser.new_context()
    mia = Dashboard(await private.new_page(), install)
    await mia.log_in("mia", MIA)
    await expect(mia.page.get_by_text("No sites yet")).to_be_visible()

    await dashboard.log_in(path=f"/site/{shop}/settings/members")
    await dashboard.page.get_by_label("Add member").select_option("mia")
    await dashboard.page.get_by_role("button", name="Add").click()
    await expect(dashboard.page.get_by_role("row", name="mia")).to_be_visible()

    await mia.page.reload()
    await mia.page.get_by_role("link", name=shop).click()
    await expect(mia.metric("visitors")).to_have_text("3")
    await expect(mia.page.get_by_role("link", name="Visits")).to_have_count(0)
    for path in (f"/site/{shop}/visits", "/admin/users", "/new"):
        await mia.open(path)
        await expect(mia.page.get_by_text("Page not found")).to_be_visible()
    await private.close()


async def test_expired_access_token_is_renewed_silently(dashboard: Dashboard, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}")
    await expect(dashboard.metric("visitors")).to_have_text("3")
    refused = []

    async def refuse_once(route):
        if refused:
            return await route.continue_()
        refused.append(route.request.url)
        return await route.fulfill(status=401, json={"type": "urn:pyuniqvisit:problem:unauthenticated"})

    await page.route("**/stats/summary*", refuse_once)
    await page.locator("h1").focus()
    await page.keyboard.press("w")
    await expect(dashboard.metric("visitors")).to_have_text("2")
    assert len(refused) == 1


async def test_login_after_session_expiry_keeps_the_view(dashboard: Dashboard, install: Install, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}?filter=country:is:DE")
    await expect(dashboard.metric("visitors")).to_have_text("1")
    token = await asyncio.to_thread(install.token)
    await asyncio.to_thread(install.delete, f"{install.api}/api/v1/me/sessions", token)

    dialog = page.get_by_role("dialog", name="Your session has expired")
    await expect(dialog).to_be_visible()
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Log in").click()
    await expect(dialog).to_be_hidden()
    await expect(dashboard.metric("visitors")).to_have_text("1")
    await expect(page).to_have_url(re.compile("filter=country"))


async def test_offline_page_keeps_the_last_data(dashboard: Dashboard, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}")
    await expect(dashboard.metric("visitors")).to_have_text("3")
    await page.context.set_offline(True)
    await expect(page.get_by_text("You are offline.")).to_be_visible()
    await expect(dashboard.metric("visitors")).to_have_text("3")
    await page.context.set_offline(False)
    await expect(page.get_by_text("You are offline.")).to_be_hidden()


async def test_two_factor_setup_requires_a_code_at_the_next_login(dashboard: Dashboard, install: Install):
    page = dashboard.page
    token = await asyncio.to_thread(install.token)
    eve = {"username": "eve", "password": "the password of eve"}
    await asyncio.to_thread(install.post, f"{install.api}/api/v1/users", eve, token)
    await dashboard.log_in(eve["username"], eve["password"], "/account/security")
    await page.get_by_role("button", name="Set up").click()
    await expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    totp = pyotp.TOTP(await page.locator("[data-secret]").inner_text())
    await page.get_by_label("Code", exact=True).fill(totp.now())
    await page.get_by_role("button", name="Turn on").click()
    await expect(page.get_by_text("Two-factor authentication is on")).to_be_visible()

    await page.get_by_role("button", name="Account and appearance").click()
    await page.get_by_role("button", name="Log out").click()
    await dashboard.fill_in(eve["username"], eve["password"])
    await page.get_by_label("Code", exact=True).fill(totp.at(time.time() + 30))  # each code is good for once
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("button", name="Account and appearance")).to_be_visible()


async def test_created_goal_and_funnel_appear_in_reports(dashboard: Dashboard, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}/settings/goals")
    await page.get_by_role("button", name="New goal").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill("Signed up")
    await dialog.get_by_role("radio", name=re.compile("^Event")).check()
    await dialog.get_by_label("Event name").fill("signup")
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("row", name=re.compile("Signed up"))).to_be_visible()

    await page.get_by_role("link", name="Funnels").click()
    await page.get_by_role("button", name="New funnel").click()
    await dialog.get_by_label("Name", exact=True).fill("To the signup")
    await dialog.get_by_label("Type of step 2").select_option("goal")
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("row", name=re.compile("To the signup"))).to_contain_text("/ → Signed up")

    await dashboard.open(f"/site/{shop}")
    await expect(dashboard.panel("Journeys")).to_contain_text("50% conversion rate")
    await dashboard.panel("Behavior").get_by_role("button", name="Signed up").click()
    await expect(dashboard.metric("visitors")).to_have_text("1")


async def test_administrator_views_and_erases_a_visitor(dashboard: Dashboard, install: Install):
    page = dashboard.page
    token = await asyncio.to_thread(install.token)
    site = {"name": "forgetful", "url": "https://forgetful.example"}
    await asyncio.to_thread(install.post, f"{install.api}/api/v1/sites", site, token)
    await send(install, token, "forgetful", [{"path": "/secret"}])
    await dashboard.log_in(path="/site/forgetful/visits")
    await expect(page.get_by_text("/secret")).to_be_visible()
    await page.get_by_role("link", name="United States").click()
    await expect(page.get_by_role("listitem").filter(has_text="/secret").last).to_be_visible()
    await page.get_by_role("button", name="Erase visitor").click()
    await page.get_by_role("dialog").get_by_role("button", name="Erase").click()
    await expect(page.get_by_text("No visits in this period.")).to_be_visible()


async def test_deleting_a_site_requires_typing_its_name(dashboard: Dashboard, install: Install):
    page = dashboard.page
    token = await asyncio.to_thread(install.token)
    site = {"name": "doomed", "url": "https://doomed.example"}
    await asyncio.to_thread(install.post, f"{install.api}/api/v1/sites", site, token)
    await dashboard.log_in(path="/site/doomed/settings/danger")
    await page.get_by_role("button", name="Delete site").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Delete site")).to_be_disabled()
    await dialog.get_by_label("Type doomed to confirm").fill("doomed")
    await dialog.get_by_role("button", name="Delete site").click()
    await install.hurry("site_deletions")
    await expect(page.get_by_text("The name can be used again.")).to_be_visible(timeout=90_000)


async def test_users_are_created_and_disabled_and_api_keys_revoked(dashboard: Dashboard):
    page = dashboard.page
    await dashboard.log_in(path="/admin/users")
    await page.get_by_role("button", name="New user").click()
    await page.get_by_label("Username").fill("tom")
    await page.get_by_label("Password").fill("short")
    await page.get_by_role("button", name="Create user").click()
    await expect(page.get_by_role("dialog")).to_contain_text("at least 8 characters")
    await page.get_by_label("Password").fill("long enough for tom")
    await page.get_by_role("button", name="Create user").click()
    await page.get_by_role("button", name="Edit tom").click()
    await page.get_by_role("button", name="Disable").click()
    await expect(page.get_by_role("row", name=re.compile("tom"))).to_contain_text("Disabled")

    await dashboard.open("/account/keys")
    await page.get_by_role("button", name="New key").click()
    await page.get_by_label("Name").fill("nightly")
    await page.get_by_role("button", name="Create key").click()
    await expect(page.locator("[data-secret]")).to_contain_text("uvk_")
    await page.get_by_role("button", name="Done").click()
    await page.get_by_role("row", name=re.compile("nightly")).get_by_role("button", name="Revoke").click()
    await page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await expect(page.get_by_text("Key revoked")).to_be_visible()

    await dashboard.open("/admin/audit")
    await expect(page.get_by_role("row", name=re.compile("user.create")).first).to_contain_text("tom")


async def test_settings_are_saved_and_invalid_values_explained(dashboard: Dashboard, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}/settings")
    await page.get_by_label("Time zone").fill("Middle/Earth")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("unknown time zone")).to_be_visible()
    await page.get_by_role("link", name="Privacy").click()
    await page.get_by_role("radio", name=re.compile("^Cookieless Visitors")).check()
    await page.get_by_label("Keep data forever").uncheck()
    await page.get_by_label("Retention period (days)").fill("90")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Retention period (days)")).to_have_value("90")
