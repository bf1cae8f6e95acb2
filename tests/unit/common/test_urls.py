"""The parts of URLs that are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import clean_text
from common.urls import MAX_PATH, parse_page_url, parse_referrer


@pytest.mark.parametrize(
    ("url", "host", "path", "query"),
    [
        ("https://Shop.Example/Pricing", "shop.example", "/Pricing", ""),
        ("https://shop.example", "shop.example", "/", ""),
        ("http://shop.example:8080/a?b=c#d", "shop.example", "/a", ""),
        ("https://user:secret@shop.example/", "shop.example", "/", ""),
        ("https://shop.example/?utm_source=a&utm_medium=b&x=1", "shop.example", "/", "utm_source=a&utm_medium=b"),
        ("https://shop.example/?gclid=someone&fbclid=someone", "shop.example", "/", "gclid=1&fbclid=1"),
        ("https://shop.example/?ref=a%20b&ref=second", "shop.example", "/", "ref=a+b"),
        ("https://shop.example/gr%C3%B6%C3%9Fe", "shop.example", "/gr%C3%B6%C3%9Fe", ""),
        ("https://[2001:db8::1]/x", "2001:db8::1", "/x", ""),
    ],
)
def test_host_path_and_campaign_of_a_page_url_are_kept(url, host, path, query):
    assert parse_page_url(url) == (host, path, query)


@pytest.mark.parametrize("url", ["", "/path", "ftp://x/", "javascript:alert(1)", "https://", "https://[", "x" * 5000])
def test_url_that_is_not_absolute_http_is_rejected(url):
    with pytest.raises(ValueError):
        parse_page_url(url)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://news.example/item?id=1#c", "https://news.example/item"),
        ("https://me:secret@news.example/", "https://news.example/"),
        ("android-app://com.example.mail/", "android-app://com.example.mail/"),
        ("", ""),
        ("about:blank", ""),
        ("https://[", ""),
        ("not a url", ""),
    ],
)
def test_query_and_credentials_of_a_referrer_are_dropped(url, kept):
    assert parse_referrer(url) == kept


@given(st.text())
def test_parsing_a_referrer_never_raises(text: str):
    kept = parse_referrer(text)
    assert "?" not in kept
    assert "#" not in kept


@given(st.text())
def test_page_url_is_parsed_or_rejected(text: str):
    for url in (text, f"https://shop.example/{text}"):
        try:
            page = parse_page_url(url)
        except ValueError:
            continue
        assert page.host
        assert page.path.startswith("/")
        assert len(page.path) <= MAX_PATH
        assert "\x00" not in page.path


@given(st.text(), st.integers(0, 50))
def test_clean_text_has_no_control_characters_and_is_bounded(text: str, limit: int):
    cleaned = clean_text(text, limit)
    assert len(cleaned) <= limit
    cleaned.encode()
    assert not any(ord(character) < 32 for character in cleaned)
