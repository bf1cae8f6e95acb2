"""Which lines of a log are page views."""

import pytest

from services.cli.import_log.pages import Skipped, is_asset, why_skipped
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
def test_pages_count(target: str) -> None:
    assert why_skipped(line(target=target)) is None


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
def test_assets_feeds_and_downloads_do_not(target: str) -> None:
    assert is_asset(target)
    assert why_skipped(line(target=target)) is Skipped.ASSET


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"method": ""}, Skipped.NO_REQUEST),
        ({"method": "POST"}, Skipped.METHOD),
        ({"method": "HEAD"}, Skipped.METHOD),
        ({"status": 404}, Skipped.ERROR),
        ({"status": 500}, Skipped.ERROR),
        ({"status": 101}, Skipped.ERROR),
        ({"status": 301}, Skipped.REDIRECT),
        ({"host": "crawler.example.net"}, Skipped.NO_ADDRESS),
    ],
)
def test_every_other_line_is_skipped_for_a_reason(changes: dict[str, object], reason: Skipped) -> None:
    assert why_skipped(line(**changes)) is reason


def test_a_page_from_the_browsers_cache_counts() -> None:
    assert why_skipped(line(status=304)) is None


def test_an_ipv6_address_is_one() -> None:
    assert why_skipped(line(host="2001:db8::1")) is None
