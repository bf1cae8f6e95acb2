"""Visitor ids, shards, networks and event ids."""

import uuid
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.identity import cookie_visitor_id, network_visitor_id, shard_of
from common.ids import RandomSupply, uuid7
from common.network import anonymize, is_within, parse_networks

SALT, OTHER_SALT = b"a" * 32, b"b" * 32


def test_visitor_id_depends_on_salt_site_address_and_browser():
    visitor = network_visitor_id(SALT, 1, "192.0.2.1", "Firefox")
    assert visitor == network_visitor_id(SALT, 1, "192.0.2.1", "Firefox")
    others = {
        network_visitor_id(OTHER_SALT, 1, "192.0.2.1", "Firefox"),
        network_visitor_id(SALT, 2, "192.0.2.1", "Firefox"),
        network_visitor_id(SALT, 1, "192.0.2.2", "Firefox"),
        network_visitor_id(SALT, 1, "192.0.2.1", "Chrome"),
        network_visitor_id(SALT, 1, "192.0.2.1", "Firefox", persistent=True),
        cookie_visitor_id(SALT, 1, "192.0.2.1\0Firefox"),
    }
    assert visitor not in others
    assert len(others) == 6


def test_visitors_spread_evenly_over_the_shards():
    shards = Counter(shard_of(cookie_visitor_id(SALT, 1, str(n)), 16) for n in range(16_000))
    assert len(shards) == 16
    assert max(shards.values()) < 1.2 * 1000


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("81.2.69.142", "81.2.69.0/24"),
        ("2001:218:1234:5678::1", "2001:218:1234::/48"),
        ("::ffff:81.2.69.142", "81.2.69.0/24"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_anonymization_removes_the_part_that_identifies_a_household(ip, network):
    assert anonymize(ip) == network


@given(st.ip_addresses(v=4), st.ip_addresses(v=6))
def test_anonymized_address_never_contains_the_address(v4, v6):
    assert anonymize(str(v4)).endswith(".0/24")
    assert anonymize(str(v6)).split("/")[1] in ("48", "24")


def test_trusted_networks_are_looked_up_by_address():
    networks = parse_networks(["10.0.0.0/8", "fd00::/8"])
    assert is_within("10.1.2.3", networks)
    assert is_within("fd12::1", networks)
    assert not is_within("192.0.2.1", networks)
    assert not is_within("garbage", networks)


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_id_is_a_uuid_of_version_7_that_begins_with_its_time(epoch_ms: int, random: bytes):
    made = uuid.UUID(bytes=uuid7(epoch_ms, random))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == epoch_ms


@given(st.lists(st.integers(1, 16), max_size=50))
def test_random_bytes_are_never_used_twice(sizes: list[int]):
    drawn: list[bytes] = []

    def draw(count: int) -> bytes:
        drawn.append(bytes((len(drawn) * 16 + n) % 256 for n in range(count)))
        return drawn[-1]

    supply = RandomSupply(draw, draw=16)
    pieces = [supply.take(size) for size in sizes]

    assert [len(piece) for piece in pieces] == sizes
    assert all(any(piece in block for block in drawn) for piece in pieces)
    assert sum(sizes) <= 16 * len(drawn)
