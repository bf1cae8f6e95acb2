"""The contract of the stream: payloads of every release can be decoded."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.beacon import VERSION, Beacon, Kind, decode_beacon, encode_beacon
from common.streams.packing import pack, unpack

GOLDEN = Path(__file__).parents[2] / "golden"
FULL = Beacon(
    version=1,
    id=bytes(range(16)),
    site_id=7,
    received_at=1_795_348_800_123,
    kind=Kind.EVENT,
    visitor_id=bytes(range(16, 32)),
    network="81.2.69.0/24",
    user_agent="Mozilla/5.0 (X11; Linux x86_64)",
    host="shop.example",
    path="/größe",
    query="utm_source=news",
    referrer="https://news.example/item",
    width=1440,
    language="de-AT",
    name="signup",
    props={"plan": "pro", "seats": 3, "price": 9.5, "trial": True},
    engaged_ms=1200,
    scroll=80,
    automated=True,
    repeatable=True,
)

props = st.dictionaries(
    st.text(max_size=20),
    st.text(max_size=20) | st.integers(-(2**53), 2**53) | st.booleans() | st.floats(allow_nan=False),
    max_size=5,
)
beacons = st.builds(
    Beacon,
    version=st.just(VERSION),
    id=st.binary(min_size=16, max_size=16),
    site_id=st.integers(1, 2**31 - 1),
    received_at=st.integers(0, 2**42),
    kind=st.sampled_from(Kind),
    visitor_id=st.binary(min_size=16, max_size=16),
    network=st.text(max_size=20),
    user_agent=st.text(max_size=50),
    host=st.text(max_size=20),
    path=st.text(max_size=50),
    props=props,
    engaged_ms=st.integers(0, 2**31 - 1),
    scroll=st.integers(0, 100),
    automated=st.booleans(),
)


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("beacon-*.msgpack")), ids=lambda path: path.name)
def test_payloads_of_every_earlier_release_still_decode(file: Path):
    assert decode_beacon(file.read_bytes()) == FULL


def test_current_version_has_its_golden_file():
    assert (GOLDEN / f"beacon-{VERSION}.msgpack").read_bytes() == encode_beacon(FULL)


def test_payload_without_the_newest_fields_gets_their_defaults():
    short = decode_beacon(_first_fields(10))
    assert (short.path, short.query, short.props, short.repeatable) == ("/größe", "", {}, False)


def test_payload_with_fields_of_a_newer_release_is_decoded():
    import msgspec

    fields = msgspec.msgpack.decode(encode_beacon(FULL))
    assert decode_beacon(msgspec.msgpack.encode([*fields, "from the future"])) == FULL


@given(beacons)
def test_beacon_survives_encoding_and_decoding(beacon: Beacon):
    assert decode_beacon(encode_beacon(beacon)) == beacon


@given(st.lists(beacons, max_size=5))
def test_entry_holds_all_its_beacons_in_order(packed: list[Beacon]):
    assert unpack(pack([encode_beacon(beacon) for beacon in packed])) == (packed, [])


@given(st.binary(max_size=200))
def test_unpacking_never_raises(payload: bytes):
    good, bad = unpack(payload)
    assert good or bad or payload[:1] in (b"\x90", b"\xdc", b"\xdd")


@given(st.lists(beacons, min_size=1, max_size=3), st.binary(min_size=1, max_size=1))
def test_undecodable_beacon_does_not_hide_the_others(packed: list[Beacon], nonsense: bytes):
    encoded = [encode_beacon(beacon) for beacon in packed]
    good, bad = unpack(pack([*encoded, b"\xc0"]))
    assert (good, [payload for payload, _ in bad]) == (packed, [b"\xc0"])


def _first_fields(count: int) -> bytes:
    import msgspec

    return msgspec.msgpack.encode(msgspec.msgpack.decode(encode_beacon(FULL))[:count])
