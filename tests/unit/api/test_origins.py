"""Origins as browsers write them."""

import pytest

from services.api.sites.origins import allowed_origins, origins_of, parse_origin


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Example.COM/path?q#f", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("https://example.com:80", "https://example.com:80"),
        ("http://localhost:3000/", "http://localhost:3000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        (" https://münchen.example ", "https://xn--mnchen-3ya.example"),
    ],
)
def test_origin_is_scheme_host_and_port_as_browsers_send_it(text, origin):
    assert parse_origin(text) == origin
    assert parse_origin(origin) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "//example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "https://",
        "https://user:pass@example.com",
        "https://exa mple.com",
        "https://example.com:99999",
        "https://[::1",
        "https://*.example.com",
        "https://" + "a" * 64 + ".com",
        "https://a..b",
    ],
)
def test_invalid_origin_is_rejected(text):
    with pytest.raises(ValueError, match="must be an http or https URL"):
        parse_origin(text)


def test_url_stands_for_both_schemes_with_and_without_www():
    both = {"https://example.com", "http://example.com", "https://www.example.com", "http://www.example.com"}
    assert set(origins_of("https://example.com/blog")) == both
    assert set(origins_of("http://www.example.com")) == both


def test_ip_address_has_no_www():
    assert set(origins_of("http://127.0.0.1:8000")) == {"http://127.0.0.1:8000", "https://127.0.0.1:8000"}
    assert set(origins_of("http://localhost")) == {"http://localhost", "https://localhost"}


def test_asterisk_among_origins_allows_any():
    assert allowed_origins(["https://a.io", "*"]) == ()
    assert allowed_origins(["https://a.io", "https://A.io:443/", "http://b.io"]) == ("https://a.io", "http://b.io")
