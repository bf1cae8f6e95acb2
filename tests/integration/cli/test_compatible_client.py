"""A site used by a client of the compatible API, on the API's port of `pyuniqvisit up`."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.install import Install
from tests.support.older_client import GOOGLEBOT, IPHONE, OlderClient, RefusedError
from tests.support.waiting import wait_until

PAGE = {"Origin": "https://blog.example", "Referer": "https://blog.example/"}
"""Headers that a browser adds to a request from a page of the site."""
LINK = "https://elsewhere.example/there"


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    running = Install(tmp_path_factory.mktemp("older-client"))
    running.up()
    yield running
    assert running.end(signal.SIGTERM) == 0


@pytest.fixture(scope="module")
def token(install: Install) -> str:
    return install.token()


def register(install: Install, token: str, name: str, *, public: bool) -> OlderClient:
    """Create a site. This is the first of three differences: only an administrator can create sites."""
    body = {"name": name, "url": "https://blog.example", "identity": "persistent", "public": public}
    install.post(f"{install.api}/api/v1/sites", body, token)
    client = OlderClient(install.api, None if name == "default" else name)
    wait_until(lambda: is_known(client))
    return client


def is_known(client: OlderClient) -> bool:
    """Return whether the collector knows the site yet. A wrong origin is rejected, so nothing is counted."""
    try:
        client.track("/", Origin="https://wrong.example")
    except RefusedError as error:
        return error.status == 403
    raise AssertionError


def test_unknown_site_is_rejected(install: Install) -> None:
    with pytest.raises(RefusedError) as refused:
        OlderClient(install.api, "unknown").track("/")
    assert refused.value.status == 404


def test_public_site_counts_visits_and_reports_them(install: Install, token: str) -> None:
    client = register(install, token, "default", public=True)
    assert {"id": "default", "requiresAuth": False} in client.sites()["sites"]
    assert client.stats()["total_visits"] == 0
    assert client.summary() == {"error": "No data available"}
    assert client.forecast()["can_forecast"] is False
    assert "message" in client.anomalies()

    # The third difference: the response has no details of the visit, which are determined later.
    assert client.track("/", **PAGE) == {"status": "ok", "page": "/"}
    client.track("/about", **PAGE)
    client.track("/", agent=IPHONE, Referer="https://www.google.com/")
    client.track("/", agent=GOOGLEBOT)
    assert client.click(LINK, **PAGE) == {"status": "ok", "url": LINK}
    wait_until(lambda: client.stats()["total_visits"] == 3 and client.stats()["links"] == {LINK: 1})
    wait_until(lambda: client.bot_stats()["summary"]["total_crawler_visits"] == 1)

    today = datetime.now(UTC).date()
    stats = client.stats()
    assert stats["unique_visitors"] == 2
    assert len(stats["history"]) == 30
    assert stats["history"][0] == {"date": today.isoformat(), "total_visits": 3, "unique_visitors": 2}
    assert stats["history"][1]["date"] == (today - timedelta(days=1)).isoformat()
    assert stats["pages"] == {"/": 2, "/about": 1}
    assert stats["devices"] == {"Desktop": 2, "Mobile": 1}
    assert stats["browsers"] == {"Chrome": 2, "Safari": 1}
    assert stats["os"] == {"Windows": 2, "iOS": 1}
    assert stats["referrers"] == {"Direct": 2, "Search Engine": 1}
    assert stats["countries"] == {"Unknown": 3}
    assert stats["page_countries"] == {"/": {"Unknown": 2}, "/about": {"Unknown": 1}}
    assert stats["bot_summary"] == {
        "total_bot_visits": 0,
        "total_crawler_visits": 1,
        "bots_today": 0,
        "crawlers_today": 1,
    }
    assert client.page_stats("/") == {"path": "/", "view_count": 2, "countries": {"Unknown": 2}}
    assert client.page_stats("/nowhere") == {"path": "/nowhere", "view_count": 0, "countries": {}}

    summary = client.summary()
    assert (summary["average_daily_visits"], summary["average_daily_unique"]) == (3.0, 2.0)
    assert summary["busiest_day_of_week"] == today.strftime("%A")
    assert summary["weekly_growth"]["growth_rate_percent"] == 0

    bots = client.bots()
    assert bots["detected_bots_count"] == 1
    assert (bots["bots"][0]["request_count"], len(bots["bots"][0]["ip_hash"])) == (1, 32)
    assert bots["bot_type_breakdown"] == {"crawler": 1}
    assert bots["top_bot_pages"] == [{"page_path": "/", "bot_views": 0, "crawler_views": 1, "total": 1}]
    assert client.bot_stats()["daily"] == [{"date": today.isoformat(), "bot_visits": 0, "crawler_visits": 1}]
    assert client.bot_stats()["recent_logs"][0]["bot_type"] == "crawler"


def test_private_site_can_only_be_read_with_registered_key(install: Install, token: str) -> None:
    """The second difference: reports are private until the site is made public, and an admin registers keys."""
    client = register(install, token, "my-site", public=False)
    client.track("/secret", **PAGE)
    for ask in (client.stats, client.summary, client.bots, client.forecast):
        with pytest.raises(RefusedError) as refused:
            ask()
        assert refused.value.status == 401
        assert "Unauthorized" in refused.value.body
    assert "my-site" not in {site["id"] for site in client.sites()["sites"]}

    phone = OlderClient(install.api, "my-site", Ed25519PrivateKey.generate())
    with pytest.raises(RefusedError) as refused:
        phone.register_key()
    assert refused.value.status == 401
    assert phone.register_key(Authorization=f"Bearer {token}")["status"] == "ok"
    wait_until(lambda: phone.stats()["total_visits"] == 1)
    assert phone.page_stats("/secret")["view_count"] == 1
    assert {"id": "my-site", "requiresAuth": True} in phone.sites()["sites"]

    unregistered = OlderClient(install.api, "my-site", Ed25519PrivateKey.generate())
    with pytest.raises(RefusedError) as refused:
        unregistered.stats()
    assert refused.value.status == 401


def test_forwarded_beacons_ignore_client_addresses_in_request(install: Install, token: str) -> None:
    """Only the API itself sets the client's address for the collector."""
    client = register(install, token, "claims", public=True)
    for address in ("203.0.113.1", "198.51.100.1"):
        client.track("/", **PAGE, **{"X-Forwarded-For": address})
    wait_until(lambda: client.stats()["total_visits"] == 2)
    assert client.stats()["unique_visitors"] == 1
