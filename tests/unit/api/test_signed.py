"""Invalid signatures of any form are rejected in the same way, and valid ones are accepted."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from services.api.accounts.signatures.legacy import check_legacy, read_legacy
from services.api.accounts.signatures.models import InvalidSignatureError, SigningKey
from services.api.accounts.signatures.rfc9421 import SignedRequest, check_rfc9421
from services.api.sites.keys.models import check_public_key
from tests.integration.api.signed.device import Device

NOW_MS = int(datetime(2026, 11, 22, tzinfo=UTC).timestamp() * 1000)
DEVICE = Device(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), lambda: NOW_MS)
KEY = SigningKey(UUID(int=1), "phone", bytes.fromhex(DEVICE.public_hex), None)
KEYS = {DEVICE.public_hex: KEY}
PATH = "/api/v1/sites/example/stats/summary?period=7d"

# As they come from the wire: bytes that are no UTF-8 are surrogates; line ends cannot be in a header.
texts = st.binary(max_size=200).map(
    lambda raw: raw.translate(None, b"\r\n\0").decode("utf-8", "surrogateescape").strip()
)
WORDS = (
    'sig = ( ) ; , : " @method "@path" "@query" created nonce keyid 1 - 99999999999999999999 ?1 expires :AAAA: alg é %'
)
parts = st.sampled_from([*WORDS.split(), " ", "\t", '"ed25519"', DEVICE.public_hex])
likely = st.lists(parts, max_size=40).map("".join)
values = texts | likely


def message(headers, path=PATH, method="GET"):
    return SignedRequest(method, f"http://127.0.0.1{path}", CIMultiDictProxy(CIMultiDict(headers)))


def counts(message, body=b""):
    try:
        return check_rfc9421(message, body, KEYS, NOW_MS).key == KEY
    except InvalidSignatureError:
        return False


def test_signature_of_device_is_valid():
    assert counts(message(DEVICE.signed("GET", PATH)))


@given(values, values, st.binary(max_size=20))
def test_arbitrary_text_in_headers_is_rejected_at_most(given_input, signature, body):
    headers = [("Signature-Input", given_input), ("Signature", signature)]
    assert not counts(message(headers), body)


@given(st.lists(st.tuples(st.sampled_from(["Signature-Input", "Signature", "Content-Digest"]), values), max_size=6))
def test_repeated_headers_are_rejected_at_most(headers):
    assert not counts(message(headers))


@given(st.sampled_from(["Signature-Input", "Signature"]), st.integers(0, 400), parts | st.characters(codec="ascii"))
def test_altered_signature_is_invalid(name, place, other):
    headers = DEVICE.signed("GET", PATH, nonce="0123456789abcdef")
    place %= len(headers[name])
    changed = headers[name][:place] + other + headers[name][place + 1 :]
    if changed.split() == headers[name].split() or "\n" in other or "\r" in other:
        return
    # Some spellings mean the same, and only those may count: the same components, parameters and bytes.
    if counts(message({**headers, name: changed})):
        assert check_rfc9421(message({**headers, name: changed}), b"", KEYS, NOW_MS).nonce == "0123456789abcdef"


@given(st.text(st.characters(codec="ascii", categories=("L", "N", "P")), max_size=30), st.sampled_from(["GET", "POST"]))
def test_signature_for_one_path_is_invalid_for_others(path, method):
    asked = f"/{path}"
    headers = DEVICE.signed("GET", PATH)
    assert counts(message(headers, asked, method)) is ((asked, method) == (PATH, "GET"))


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_signature_for_one_body_is_invalid_for_others(signed, sent):
    headers = DEVICE.signed("POST", PATH, body=signed)
    assert counts(message(headers, method="POST"), sent) is (signed == sent)


@given(st.integers(-400, 400))
def test_signature_is_valid_five_minutes_around_its_time(ahead):
    assert counts(message(DEVICE.signed("GET", PATH, ahead=ahead, lifetime=None))) is (abs(ahead) <= 300)
    timestamped = read_legacy(CIMultiDictProxy(CIMultiDict(DEVICE.legacy("example", ahead=ahead))))
    if abs(ahead) <= 300:
        assert check_legacy(timestamped, "example", [KEY], NOW_MS) == KEY
    else:
        with pytest.raises(InvalidSignatureError):
            check_legacy(timestamped, "example", [KEY], NOW_MS)


@given(st.lists(st.tuples(st.sampled_from(["X-Timestamp", "X-Signature"]), values | st.just("0" * 128)), max_size=4))
def test_arbitrary_text_in_older_headers_is_rejected_at_most(headers):
    with pytest.raises(InvalidSignatureError):
        check_legacy(read_legacy(CIMultiDictProxy(CIMultiDict(headers))), "example", [KEY], NOW_MS)


@given(st.text(max_size=20), st.text(max_size=20))
def test_older_signature_for_one_site_is_invalid_for_others(site, other):
    signed = read_legacy(CIMultiDictProxy(CIMultiDict(DEVICE.legacy(site))))
    if site == other:
        assert check_legacy(signed, other, [KEY], NOW_MS) == KEY
        return
    with pytest.raises(InvalidSignatureError):
        check_legacy(signed, other, [KEY], NOW_MS)


def test_signing_key_is_found_among_many():
    others = [replace(KEY, public=bytes.fromhex(Device.new(DEVICE.clock).public_hex)) for _ in range(5)]
    signed = read_legacy(CIMultiDictProxy(CIMultiDict(DEVICE.legacy("example"))))
    assert check_legacy(signed, "example", [*others, KEY], NOW_MS) == KEY


def test_public_key_of_small_order_is_rejected():
    """The reason for rejecting such keys: a forged signature is valid for any message."""
    neutral = bytes([1]) + bytes(31)
    Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"whatever")
    with pytest.raises(ValueError, match="forged"):
        check_public_key(neutral.hex())


@given(st.text(max_size=70))
def test_public_key_is_64_hexadecimal_digits(text):
    with pytest.raises(ValueError):
        check_public_key(text)


def test_public_key_is_stored_in_lower_case():
    assert check_public_key(DEVICE.public_hex.upper()) == DEVICE.public_hex
