"""Which lines of a log are page views.

A page view is a GET that was answered with a page: status 2xx or 304, and a path that names no asset. An asset is what
a page loads beside itself, a feed, a file for machines, or a download.
"""

import enum
import re
from functools import lru_cache
from ipaddress import ip_address

from services.cli.import_log.parser import LogLine

_ENDINGS = """
    css js mjs cjs map ts wasm json jsonp webmanifest
    png jpg jpeg gif svg svgz webp avif bmp ico cur tif tiff heic psd
    woff woff2 ttf otf eot
    mp3 mp4 m4a m4v m4s m3u8 mpd ogg oga ogv opus wav flac webm mov avi wmv mkv vtt swf
    rss atom rdf xml xsl xsd yml yaml ics
    zip gz tgz bz2 tbz xz zst 7z rar tar jar war iso dmg exe msi deb rpm apk pkg bin img whl gem
    pdf ps eps doc docx xls xlsx ppt pptx odt ods odp epub mobi csv tsv sql log pcap sig asc md5 sha1 sha256
"""
ASSET_ENDINGS = frozenset(_ENDINGS.split())
"""Scripts and styles, images, fonts, sound and film, feeds and files for machines, archives and programs, documents."""

MACHINE_PATHS = frozenset({"/robots.txt", "/ads.txt", "/app-ads.txt", "/humans.txt", "/security.txt", "/llms.txt"})
MACHINE_FOLDERS = ("/.well-known/", "/wp-json/", "/cdn-cgi/")
FEED_NAMES = frozenset({"feed", "feeds", "rss", "atom"})
"""As the last part of a path: /blog/feed/."""
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed=|(?:flav|format)=(?:rss|atom|rdf))", re.IGNORECASE)
"""How blogs ask for a feed by query: ?feed=rss2, ?flav=atom."""


class Skipped(enum.StrEnum):
    """Why a line is no page view."""

    MALFORMED = "not a line of an access log"
    NO_ADDRESS = "no IP address"
    NO_REQUEST = "not an HTTP request"
    METHOD = "not a GET"
    REDIRECT = "redirect"
    ERROR = "error"
    ASSET = "asset, feed or download"


def why_skipped(line: LogLine) -> Skipped | None:
    """None for a page view."""
    if not line.method:
        return Skipped.NO_REQUEST
    if line.method != "GET":
        return Skipped.METHOD
    if line.status >= 400 or line.status < 200:
        return Skipped.ERROR
    if line.status >= 300 and line.status != 304:
        return Skipped.REDIRECT
    if is_asset(line.target):
        return Skipped.ASSET
    if not _is_address(line.host):
        return Skipped.NO_ADDRESS
    return None


@lru_cache(maxsize=16_384)
def is_asset(target: str) -> bool:
    """``target`` is a path, or a whole URL, with its query."""
    path, _, query = target.partition("?")
    path = path.partition("#")[0].lower()
    name = path.rstrip("/").rpartition("/")[2]
    return (
        name.partition(".")[2].rpartition(".")[2] in ASSET_ENDINGS
        or name in FEED_NAMES
        or path in MACHINE_PATHS
        or path.startswith(MACHINE_FOLDERS)
        or _FEED_QUERY.search(query) is not None
    )


@lru_cache(maxsize=65_536)
def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
