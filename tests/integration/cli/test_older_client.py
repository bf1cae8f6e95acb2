"""The whole life of a site as a client of the older API leads it, on the one port of the one-machine edition."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.install import Install
from tests.support.older_client import GOOGLEBOT, IPHONE, OlderClient, RefusedError
from tests.support.waiting import wait_until

PAGE = {"Origin": "https://blog.example", "Referer": "https://blog.example/"}
"""What a browser says by itself when a page of the site sends."""
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
    """The first of the three differences: an administrator registers a site before anybody can use it."""
    body = {"name": name, "url": "https://blog.example", "identity": "persistent", "public": public}
    install.post(f"{install.api}/api/v1/sites", body, token)
    client = OlderClient(install.api, None if name == "default" else name)
    wait_until(lambda: is_known(client))
    return client


def is_known(client: OlderClient) -> bool:
    """Collectors hear of a new site within a second. Wrong origins are refused, so nothing is counted by asking."""
    try:
        client.track("/", Origin="https://wrong.example")
    except RefusedError as error:
        return error.status == 403
    raise AssertionError


def test_a_site_that_nobody_registered_is_refused(install: Install) -> None:
    with pytest.raises(RefusedError) as refused:
        OlderClient(install.api, "nobodys").track("/")
    assert refused.value.status == 404


def test_the_whole_life_of_a_public_site(install: Install, token: str) -> None:
    client = register(install, token, "default", public=True)
    assert {"id": "default", "requiresAuth": False} in client.sites()["sites"]
    assert client.stats()["total_visits"] == 0
    assert client.summary() == {"error": "No data available"}
    assert client.forecast()["can_forecast"] is False
    assert "message" in client.anomalies()

    # The third difference: what is found out about a visit is known a moment later, and so not in the answer.
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


def test_a_private_site_is_read_with_a_key_and_by_nobody_else(install: Install, token: str) -> None:
    """The second difference: numbers are private until their site is made public, and a key is let in by its admin."""
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

    stranger = OlderClient(install.api, "my-site", Ed25519PrivateKey.generate())
    with pytest.raises(RefusedError) as refused:
        stranger.stats()
    assert refused.value.status == 401


def test_visits_by_way_of_the_api_are_whose_they_are_and_not_whose_they_claim_to_be(
    install: Install, token: str
) -> None:
    """Nobody but the API itself names a client's address to the collector."""
    client = register(install, token, "claims", public=True)
    for claimed in ("203.0.113.1", "198.51.100.1"):
        client.track("/", **PAGE, **{"X-Forwarded-For": claimed})
    wait_until(lambda: client.stats()["total_visits"] == 2)
    assert client.stats()["unique_visitors"] == 1
