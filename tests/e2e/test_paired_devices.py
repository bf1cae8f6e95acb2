"""Paired phones, which read the reports of one site without a login."""

import json
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.async_api import Browser, Page, expect

from tests.support.dashboard import Dashboard, send
from tests.support.install import Install
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser

KEPT = """
    new Promise((resolve, reject) => {
        const request = indexedDB.open("pairings");
        request.onsuccess = () => {
            const all = request.result.transaction("pairings").objectStore("pairings").getAll();
            all.onsuccess = () => { request.result.close(); resolve(all.result.map(({ site, privateKey }) => ({ site, extractable: privateKey.extractable }))); };
        };
        request.onerror = () => reject(request.error);
    })
"""  # noqa: E501


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    running = Install(tmp_path_factory.mktemp("paired"))
    running.up()
    token, api = running.token(), f"{running.api}/api/v1"
    for name in ("shop", "other"):
        running.post(f"{api}/sites", {"name": name, "url": f"https://{name}.example", "timezone": "UTC"}, token)
    yield running
    running.end(15)


@pytest.fixture
async def shop(install: Install) -> str:
    """A site with two visitors today."""
    token = install.token()
    await send(install, token, "shop", [{"path": "/", "ip": f"8.8.{n}.8"} for n in (3, 4)])
    url = f"{install.api}/api/v1/sites/shop/stats/summary?period=day"
    wait_until(lambda: install.get(url, token)["visitors"] >= 2)
    return "shop"


@pytest.fixture
async def dashboard(page: Page, install: Install) -> Dashboard:
    return Dashboard(page, install)


@pytest.fixture
async def phone(browser: Browser, install: Install) -> AsyncIterator[Dashboard]:
    """A browser without a session or a pairing."""
    context = await browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    yield Dashboard(await context.new_page(), install)
    await context.close()


async def address_of(page: Page) -> str:
    """Return the content of the QR code on the page."""
    await expect(page.get_by_role("img", name="QR code for pairing")).to_be_visible()
    return await page.locator("[data-secret]").inner_text()


async def test_phone_paired_by_qr_code_reads_reports_until_revoked(dashboard: Dashboard, phone: Dashboard, shop: str):
    page = dashboard.page
    await dashboard.log_in(path=f"/site/{shop}/settings/devices")
    await page.get_by_role("link", name="Pair device").click()
    address = await address_of(page)
    await phone.page.goto(address)
    await expect(phone.page.get_by_role("heading", name=f"Pair with {shop}")).to_be_visible()
    assert "code" not in phone.page.url
    await phone.page.get_by_label("Device name").fill("Eve's phone")
    await phone.page.get_by_role("button", name="Pair", exact=True).click()
    await expect(phone.metric("visitors")).to_have_text("2")
    await expect(phone.page.get_by_text("2 current visitors")).to_be_visible()
    await expect(page.get_by_text("Eve's phone is paired.")).to_be_visible()
    assert await phone.page.evaluate(KEPT) == [{"site": shop, "extractable": False}]
    assert await phone.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]

    # As the app on the home screen starts.
    await phone.open("/?app")
    await expect(phone.metric("visitors")).to_have_text("2")
    await expect(phone.page).to_have_url(f"{phone.install.api}/site/{shop}")
    for elsewhere in (f"/site/{shop}/settings", f"/site/{shop}/bots", "/site/other", "/admin/users"):
        await phone.open(elsewhere)
        await expect(phone.page.get_by_label("Username")).to_be_visible()
    # Other sites return 404, which browsers log.
    assert [text for text in phone.console_errors if "404" not in text] == []

    await dashboard.open(f"/site/{shop}/settings/devices")
    await page.get_by_role("row", name="Eve's phone").get_by_role("button", name="Revoke").click()
    await page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await expect(page.get_by_text("Key revoked")).to_be_visible()
    await phone.open(f"/site/{shop}")
    await expect(phone.page.get_by_text("This device is no longer paired")).to_be_visible()
    await phone.page.get_by_role("button", name="Unpair").click()
    await expect(phone.page.get_by_label("Username")).to_be_visible()
    assert await phone.page.evaluate(KEPT) == []


async def test_pairing_code_pairs_only_one_device(dashboard: Dashboard, phone: Dashboard, browser: Browser, shop: str):
    await dashboard.log_in(path=f"/pair/{shop}")
    address = await address_of(dashboard.page)
    await phone.page.goto(address)
    await phone.page.get_by_role("button", name="Pair", exact=True).click()
    await expect(phone.metric("visitors")).to_be_visible()
    other_context = await browser.new_context()
    second = Dashboard(await other_context.new_page(), phone.install)
    await second.open("/pair")
    await second.page.get_by_label("Pairing link").fill(address)
    await second.page.get_by_role("button", name="Pair", exact=True).click()
    await expect(second.page.get_by_text("This code has expired or was already used.")).to_be_visible()
    await other_context.close()


async def test_paired_phone_works_with_a_wrong_clock(dashboard: Dashboard, phone: Dashboard, shop: str):
    await dashboard.log_in(path=f"/pair/{shop}")
    address = await address_of(dashboard.page)
    await phone.page.add_init_script("const now = Date.now; Date.now = () => now() - 3_600_000;")
    await phone.page.goto(address)
    await phone.page.get_by_role("button", name="Pair", exact=True).click()
    await expect(phone.metric("visitors")).to_have_text("2")


async def test_private_key_for_legacy_clients_is_shown_after_a_warning(
    dashboard: Dashboard, install: Install, shop: str
):
    page = dashboard.page
    await dashboard.log_in(path=f"/pair/{shop}")
    await page.get_by_role("button", name="Private key").click()
    await expect(page.get_by_text("anyone who sees or photographs it")).to_be_visible()
    await expect(page.get_by_role("img", name="QR code for pairing")).to_have_count(0)
    await page.get_by_label("Name").fill("Old app")
    await page.get_by_role("button", name="Create private key").click()
    payload = json.loads(await address_of(page))
    assert (payload["base_url"], payload["site_id"]) == (install.api, shop)
    now = str(int(time.time()))
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(payload["private_key"]))
    headers = {"X-Timestamp": now, "X-Signature": key.sign(f"{shop}:{now}".encode()).hex()}
    answer = await page.request.get(f"{install.api}/api/v1/sites/{shop}/stats/summary?period=day", headers=headers)
    assert (await answer.json())["visitors"] == 2

    await dashboard.open(f"/site/{shop}/settings/devices")
    await expect(page.get_by_role("row", name="Old app")).to_contain_text("legacy")
    await page.get_by_label("Legacy scheme").uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved")).to_be_visible()
    answer = await page.request.get(f"{install.api}/api/v1/sites/{shop}/stats/summary?period=day", headers=headers)
    assert answer.status == 401


async def test_dashboard_can_be_installed_as_an_app(page: Page, install: Install):
    await page.goto(install.api)
    manifest = await page.evaluate(
        "fetch(document.querySelector('link[rel=manifest]').href).then(answer => answer.json())"
    )
    sizes = await page.evaluate(
        """icons => Promise.all(icons.filter(({ type }) => type === "image/png").map(async ({ src, sizes }) => {
            const image = new Image();
            image.src = src;
            await image.decode();
            return [sizes, `${image.naturalWidth}x${image.naturalHeight}`];
        }))""",
        manifest["icons"],
    )
    assert manifest["display"] == "standalone"
    assert {declared for declared, _ in sizes} == {"192x192", "512x512"}
    assert [declared for declared, real in sizes if declared != real] == []
    session = await page.context.new_cdp_session(page)
    found = await session.send("Page.getInstallabilityErrors")
    # Test windows are private, and private windows cannot install apps.
    assert [error["errorId"] for error in found["installabilityErrors"] if error["errorId"] != "in-incognito"] == []
