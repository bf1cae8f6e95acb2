"""Insights, bots, paths, properties, alerts and export on the dashboard."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support.dashboard import Dashboard, send
from tests.support.install import Install
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser

DAY_MS = 86_400_000
DAYS, USUAL, MANY = 60, 6, 60
SPIKE = 5
"""Days since the day with a traffic spike."""
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    running = Install(tmp_path_factory.mktemp("insights"))
    running.up()
    token, api = running.token(), f"{running.api}/api/v1"
    for name in ("diary", "young"):
        running.post(f"{api}/sites", {"name": name, "url": f"https://{name}.example", "timezone": "UTC"}, token)
    yield running
    running.end(15)


@pytest.fixture(scope="module")
def diary(install: Install) -> str:
    """A site with two months of visits, one traffic spike and a crawler."""
    token, now = install.token(), int(time.time() * 1000)
    events: list[dict[str, Any]] = []
    for day in range(1, DAYS + 1):
        for n in range(MANY if day == SPIKE else USUAL + day % 3):
            at = {"ip": f"8.{day}.{n}.8", "time": now - day * DAY_MS + n * 1000}
            events += [{"path": "/", **at}, {"path": "/letters", **at, "time": at["time"] + 500}]
    props = {"kind": "event", "name": "signup", "props": {"plan:kind": "pro"}}
    events.append({"path": "/letters", **props, "ip": f"8.1.{USUAL}.8", "time": now - DAY_MS + USUAL * 1000 + 900})
    events += [{"path": "/", "user_agent": CRAWLER, "ip": f"8.8.{n}.8", "time": now - DAY_MS} for n in range(3)]
    for first in range(0, len(events), 500):
        asyncio.run(send(install, token, "diary", events[first : first + 500]))
    visits = sum(MANY if day == SPIKE else USUAL + day % 3 for day in range(1, DAYS + 1))
    url = f"{install.api}/api/v1/sites/diary/stats/summary?period=all"
    wait_until(lambda: install.get(url, token)["visits"] >= visits)
    return "diary"


@pytest.fixture
async def dashboard(page: Page, install: Install) -> Dashboard:
    return Dashboard(page, install)


async def test_insights_update_on_request_and_appear_in_the_chart(dashboard: Dashboard, diary: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{diary}")
    insights = page.get_by_role("region", name="Insights")
    await insights.get_by_role("button", name="Update now").click()
    await expect(insights).to_contain_text("Records")
    await expect(insights).to_contain_text(
        re.compile(rf"(Visitors: {MANY}|Page views: {2 * MANY}), well above the expected \d+\.")
    )
    await expect(insights).to_contain_text("visitors per day in the next 30 days")

    await page.get_by_role("button", name="Chart overlays").click()
    await page.get_by_role("button", name=re.compile("^Forecast")).click()
    await expect(page).to_have_url(re.compile(r"layers=anomalies%2Cforecast"))
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Show as table").click()
    table = page.get_by_role("region", name="Chart data")
    await expect(table.get_by_text("well above the expected")).to_have_count(1)
    # Ten days from today on, and today has its own row.
    await expect(table.get_by_text(re.compile(r"Forecast: \d+ \(\d+ to \d+\)"))).to_have_count(9)

    day = insights.get_by_role("button").filter(has_text=", 20").first
    await day.click()
    await expect(page).to_have_url(re.compile(r"period=custom&from=(\S+)&to=\1"))
    await expect(dashboard.metric("visitors")).to_have_text(str(MANY))


async def test_insights_report_too_little_data_for_a_new_site(dashboard: Dashboard, install: Install):
    page = dashboard.page
    await send(install, install.token(), "young", [{"path": "/"}])
    await dashboard.log_in(path="/site/young")
    await expect(dashboard.metric("visitors")).to_have_text("1")
    insights = page.get_by_role("region", name="Insights")
    await expect(insights).to_contain_text("No insights yet.")
    await insights.get_by_role("button", name="Update now").click()
    await expect(insights).to_contain_text(re.compile(r"Not enough data yet: \d+ of 7 days\."))


async def test_allowing_a_bot_rule_recounts_past_visits_until_undone(
    dashboard: Dashboard, install: Install, diary: str
):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{diary}/bots")
    await expect(page.get_by_role("row", name=re.compile("^Crawler"))).to_contain_text("3")
    await page.get_by_role("button", name="Crawler", exact=True).click()
    await expect(page.get_by_role("dialog").get_by_role("row")).to_have_count(4)
    await expect(page.get_by_role("dialog")).to_contain_text("Googlebot/2.1")
    await page.keyboard.press("Escape")
    await page.get_by_role("tab", name="User agents").click()
    await expect(page.get_by_role("row", name=re.compile("Googlebot"))).to_be_visible()
    await page.get_by_role("tab", name="Rules").click()

    await page.get_by_role("button", name="Allow: Crawler").click()
    await expect(page.get_by_text("Allowed. Recounting past visits…")).to_be_visible()
    await install.hurry("bot_reclassifications")
    await expect(page.get_by_text("3 allowed")).to_be_visible()
    await expect(page.get_by_role("progressbar")).to_have_count(0)
    await page.get_by_role("button", name="Undo: Crawler").click()
    await install.hurry("bot_reclassifications")
    await expect(page.get_by_text("3 allowed")).to_have_count(0)


async def test_network_override_and_detection_limits_are_saved(dashboard: Dashboard, diary: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{diary}/bots")
    await page.get_by_role("button", name="Add override").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Value").fill("nonsense")
    await dialog.get_by_role("button", name="Block").last.click()
    await expect(dialog.get_by_role("alert")).to_contain_text("must be a network")
    await dialog.get_by_label("Value").fill("198.51.100.0/24")
    await dialog.get_by_role("button", name="Block").last.click()
    await expect(page.get_by_role("row", name=re.compile("198.51.100.0"))).to_contain_text("Blocked")
    await page.get_by_label("Actions per minute").fill("90")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Actions per minute")).to_have_value("90")


async def test_panels_show_paths_and_properties(dashboard: Dashboard, diary: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{diary}")
    journeys = dashboard.panel("Journeys")
    await journeys.get_by_role("tab", name="Paths").click()
    await expect(journeys.get_by_role("listitem").first).to_contain_text("→ /letters")
    await journeys.get_by_role("button", name="/letters").first.click()
    await expect(journeys).to_contain_text("(end of visit)")
    await journeys.get_by_role("button", name="Back to all paths").click()

    behavior = dashboard.panel("Behavior")
    await behavior.get_by_role("tab", name="Properties").click()
    await expect(behavior.get_by_label("Property")).to_have_value("plan:kind")
    await behavior.get_by_role("button", name=re.compile("^pro ")).click()
    await expect(dashboard.metric("visitors")).to_have_text("1")
    await expect(page.get_by_role("list", name="Filters")).to_contain_text("plan:kind is pro")
    await page.reload()
    await expect(dashboard.metric("visitors")).to_have_text("1")


async def test_filter_dialog_filters_by_a_property_value(dashboard: Dashboard, diary: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{diary}")
    await page.get_by_role("button", name="Filter", exact=True).click()
    dialog = page.get_by_role("dialog", name="Add filter")
    await dialog.get_by_label("Dimension").select_option(label="plan:kind")
    await dialog.get_by_role("list", name="Suggestions").get_by_role("button", name=re.compile("^pro ")).click()
    await dialog.get_by_role("button", name="Apply").click()
    await expect(page.get_by_role("list", name="Filters")).to_contain_text("plan:kind is pro")
    await expect(dashboard.metric("visitors")).to_have_text("1")


async def test_map_shows_no_country_for_visitors_of_unknown_origin(dashboard: Dashboard, install: Install):
    token = install.token()
    install.post(f"{install.api}/api/v1/sites", {"name": "nowhere", "url": "https://nowhere.example"}, token)
    await send(install, token, "nowhere", [{"ip": "192.0.2.7"}])
    page = dashboard.page
    await dashboard.log_in(path="/site/nowhere/realtime")
    await expect(page.get_by_role("button", name=re.compile(r"^\(unknown\)"))).to_be_visible()
    await expect(page.locator(".map path").nth(100)).to_be_attached()
    await expect(page.locator(".map path.has-visitors")).to_have_count(0)


async def test_alert_is_created_tested_disabled_and_deleted(dashboard: Dashboard, install: Install):
    # A site without a past: that of the diary is silent today, and its alert would soon report it by itself.
    site = {"name": "watched", "url": "https://watched.example"}
    install.post(f"{install.api}/api/v1/sites", site, install.token())
    page = dashboard.page
    await dashboard.log_in(path="/site/watched/settings/alerts")
    await page.get_by_role("button", name="New alert").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Type").select_option("silence")
    await dialog.get_by_label("Minutes without visits").fill("30")
    await dialog.get_by_role("button", name="Webhook").click()
    await dialog.get_by_label("Webhook URL").fill("no address")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("must be an http or https URL")).to_be_visible()
    await dialog.get_by_label("Webhook URL").fill("http://127.0.0.1:9/hook")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.locator("[data-secret]")).not_to_be_empty()
    await dialog.get_by_role("button", name="Done").click()

    alert = page.get_by_role("listitem").filter(has_text="127.0.0.1:9")
    await expect(alert).to_contain_text("No visits for 30 minutes")
    await alert.get_by_role("button", name="Test").click()
    await expect(dialog.get_by_role("listitem")).to_have_count(1)
    await expect(dialog.get_by_role("listitem")).to_contain_text("test message")
    await page.keyboard.press("Escape")
    await alert.get_by_role("button", name="Actions: No visits").click()
    await alert.get_by_role("button", name="Disable").click()
    await expect(alert).to_contain_text("Disabled")
    await alert.get_by_role("button", name="Actions: No visits").click()
    await alert.get_by_role("button", name="Delete").click()
    await dialog.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("No alerts yet.")).to_be_visible()


async def test_export_downloads_every_visit(dashboard: Dashboard, diary: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{diary}/settings/data")
    await page.get_by_role("radio", name=re.compile("^JSON Lines")).check()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download").click()
    assert (await download.value).suggested_filename == f"{diary}.jsonl"
    lines = (await (await download.value).path()).read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert sum("/letters" in line for line in lines) > DAYS
    assert len(rows) > 2 * DAYS * USUAL
