"""Client addresses behind proxies, and the rate limit."""

import pytest

from common.client import ClientAddress
from common.config import Settings
from tests.integration.collector.conftest import ReadBeacons, StartCollector
from tests.integration.collector.test_collect import PAGE, send


def with_collector(settings: Settings, **values: object) -> Settings:
    data = settings.model_dump()
    data["collector"] |= values
    return Settings.model_validate(data)


@pytest.mark.parametrize(
    ("trusted", "hops", "forwarded", "network"),
    [
        ((), 1, "81.2.69.142", "127.0.0.0/24"),
        (("10.0.0.0/8",), 1, "81.2.69.142", "127.0.0.0/24"),
        (("127.0.0.0/8",), 1, "81.2.69.142", "81.2.69.0/24"),
        (("127.0.0.0/8",), 1, "6.6.6.6, 81.2.69.142", "81.2.69.0/24"),
        (("127.0.0.0/8",), 2, "6.6.6.6, 81.2.69.142, 9.9.9.9", "81.2.69.0/24"),
        (("127.0.0.0/8",), 3, "81.2.69.142", "81.2.69.0/24"),
        (("127.0.0.0/8",), 1, "2001:218:1234:5678::1", "2001:218:1234::/48"),
        (("127.0.0.0/8",), 1, "::ffff:81.2.69.142", "81.2.69.0/24"),
        (("127.0.0.0/8",), 1, "not an address", ""),
        (("127.0.0.0/8",), 1, "", "127.0.0.0/24"),
    ],
)
async def test_only_trusted_proxies_may_name_the_client(
    start_collector: StartCollector, stream_settings, read_beacons: ReadBeacons, trusted, hops, forwarded, network
):
    client = await start_collector(with_collector(stream_settings, trusted_proxies=trusted, forwarded_hops=hops))

    await send(client, PAGE, X_Forwarded_For=forwarded)

    [beacon] = await read_beacons()
    assert beacon.network == network


async def test_behind_tls_at_a_trusted_proxy_the_cookie_is_secure(start_collector: StartCollector, stream_settings):
    client = await start_collector(with_collector(stream_settings, trusted_proxies=("127.0.0.0/8",)))

    answer = await send(client, PAGE, Sec_Fetch_Site="same-site", X_Forwarded_Proto="https")

    assert answer.cookies["_uv"]["secure"]


async def test_invalid_trusted_network_prevents_the_start():
    with pytest.raises(ValueError, match="nonsense"):
        ClientAddress(Settings.model_validate({"collector": {"trusted_proxies": ["nonsense"]}}).collector)


async def test_client_above_its_rate_gets_429_with_retry_after(
    start_collector: StartCollector, stream_settings, read_beacons: ReadBeacons
):
    client = await start_collector(with_collector(stream_settings, rate_limit={"per_minute": 30, "burst": 3}))

    answers = [await send(client, PAGE) for _ in range(5)]

    assert [answer.status for answer in answers] == [202, 202, 202, 429, 429]
    assert answers[-1].headers["X-Beacon-Rejected"] == "rate-limited"
    assert answers[-1].headers["Retry-After"] == "2"
    assert len(await read_beacons()) == 3


async def test_rate_limit_can_be_disabled(start_collector: StartCollector, stream_settings):
    off = {"enabled": False, "per_minute": 1, "burst": 1}
    client = await start_collector(with_collector(stream_settings, rate_limit=off))

    assert {(await send(client, PAGE)).status for _ in range(5)} == {202}
