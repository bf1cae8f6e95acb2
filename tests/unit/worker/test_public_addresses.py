"""Addresses that a webhook may connect to."""

from typing import Any

import pytest

from services.worker.alerts.addresses import ForbiddenAddressError, PublicResolver, is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_internet_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "255.255.255.255",
        "169.254.169.254",  # metadata service of cloud providers
        "224.0.0.1", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "::7f00:1", "::ffff:0:7f00:1", "fec0::1", "4000::1",
        "2001:0:808:808::80ff:fffe", "localhost", "", "2130706433", "0x7f.1",
    ],
)  # fmt: skip
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


class FakeResolver:
    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: Any = None) -> Any:
        return [{"host": address} for address in self.addresses]


async def test_host_name_with_any_private_address_is_rejected() -> None:
    resolver: Any = FakeResolver("8.8.8.8", "169.254.169.254")
    with pytest.raises(ForbiddenAddressError):
        await PublicResolver(resolver).resolve("rebinding.example")
    public: Any = FakeResolver("8.8.8.8")
    assert await PublicResolver(public).resolve("example.com")
