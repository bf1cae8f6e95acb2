"""Which lines of an access log are page views."""

import pytest

from services.cli.import_log.pages import SkipReason, is_asset, skip_reason
from services.cli.import_log.parser import LogLine


def line(**changes: object) -> LogLine:
    return LogLine("81.2.69.142", 0, "GET", "/", 200, "", "")._replace(**changes)


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/about",
        "/about.html",
        "/blog/",
        "/index.php?page=2",
        "/search?q=style.css",
        "/projects/tool.xhtml",
        "/css",
        "/feeding-cats/",
        "/blog/rss-or-not",
        "/v1.2/",
        "http://example.com/page",
        "/caf\u00e9",
    ],
)
def test_page_is_a_page_view(target: str) -> None:
    assert skip_reason(line(target=target)) is None


@pytest.mark.parametrize(
    "target",
    [
        "/style.css",
        "/STYLE.CSS?v=3",
        "/a.min.js",
        "/img/logo.PNG",
        "/font.woff2",
        "/film.mp4",
        "/feed",
        "/blog/feed/",
        "/blog/atom.xml",
        "/?feed=rss2",
        "/tags/puppet?flav=rss20",
        "/robots.txt",
        "/favicon.ico",
        "/release.tar.gz",
        "/paper.pdf",
        "/.well-known/security.txt",
        "http://example.com/logo.svg",
    ],
)
def test_asset_feed_or_download_is_skipped(target: str) -> None:
    assert is_asset(target)
    assert skip_reason(line(target=target)) is SkipReason.ASSET


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"method": ""}, SkipReason.NO_REQUEST),
        ({"method": "POST"}, SkipReason.METHOD),
        ({"method": "HEAD"}, SkipReason.METHOD),
        ({"status": 404}, SkipReason.ERROR),
        ({"status": 500}, SkipReason.ERROR),
        ({"status": 101}, SkipReason.ERROR),
        ({"status": 301}, SkipReason.REDIRECT),
        ({"host": "crawler.example.net"}, SkipReason.NO_ADDRESS),
    ],
)
def test_other_line_is_skipped_with_reason(changes: dict[str, object], reason: SkipReason) -> None:
    assert skip_reason(line(**changes)) is reason


def test_page_from_browser_cache_is_a_page_view() -> None:
    assert skip_reason(line(status=304)) is None


def test_ipv6_address_is_accepted() -> None:
    assert skip_reason(line(host="2001:db8::1")) is None
