"""The API viewer in a real browser."""

import asyncio
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from common.store.accounts import create_user
from tests.support.services import ServiceProcess

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"


@pytest.fixture
async def api(settings, redis, pool, tmp_path):
    await create_user(pool, "ada", PASSWORD, is_admin=True, now=datetime.now(UTC))
    service = ServiceProcess("api", settings, tmp_path)
    await service.start()
    yield service.url
    await asyncio.to_thread(service.stop)


async def test_api_docs_page_creates_a_site_without_third_party_requests(api: str, page: Page):
    asked, console_errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: console_errors.append(message.text))
    await page.goto(f"{api}/api/docs")
    await page.get_by_label("Username").fill("ada")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_label("Access token or API key")).not_to_have_value("")

    operation = page.locator("[id='createSite']")
    await operation.locator("summary").first.click()
    await operation.get_by_label("Body").fill('{"name": "blog", "url": "https://blog.example"}')
    await operation.get_by_role("button", name="Send").click()
    await expect(operation.locator("output")).to_contain_text("201")
    assert console_errors == []
    assert {url.startswith(api) for url in asked} == {True}
