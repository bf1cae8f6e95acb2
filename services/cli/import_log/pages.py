"""Which lines of an access log are page views.

A page view is a GET request with status 2xx or 304 whose path is not an asset. Assets are files that a page loads,
feeds, files for machines, and downloads.
"""

import enum
import re
from functools import lru_cache
from ipaddress import ip_address

from services.cli.import_log.parser import LogLine

_EXTENSIONS = """
    css js mjs cjs map ts wasm json jsonp webmanifest
    png jpg jpeg gif svg svgz webp avif bmp ico cur tif tiff heic psd
    woff woff2 ttf otf eot
    mp3 mp4 m4a m4v m4s m3u8 mpd ogg oga ogv opus wav flac webm mov avi wmv mkv vtt swf
    rss atom rdf xml xsl xsd yml yaml ics
    zip gz tgz bz2 tbz xz zst 7z rar tar jar war iso dmg exe msi deb rpm apk pkg bin img whl gem
    pdf ps eps doc docx xls xlsx ppt pptx odt ods odp epub mobi csv tsv sql log pcap sig asc md5 sha1 sha256
"""
ASSET_EXTENSIONS = frozenset(_EXTENSIONS.split())
"""Scripts and styles, images, fonts, audio and video, feeds and data files, archives and executables, documents."""

MACHINE_PATHS = frozenset({"/robots.txt", "/ads.txt", "/app-ads.txt", "/humans.txt", "/security.txt", "/llms.txt"})
MACHINE_FOLDERS = ("/.well-known/", "/wp-json/", "/cdn-cgi/")
FEED_NAMES = frozenset({"feed", "feeds", "rss", "atom"})
"""Last segment of a feed's path, as in /blog/feed/."""
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed=|(?:flav|format)=(?:rss|atom|rdf))", re.IGNORECASE)
"""Query of a feed in some blog software: ?feed=rss2, ?flav=atom."""


class SkipReason(enum.StrEnum):
    """Why a line is not a page view."""

    MALFORMED = "not an access log line"
    NO_ADDRESS = "no IP address"
    NO_REQUEST = "not an HTTP request"
    METHOD = "not a GET"
    REDIRECT = "redirect"
    ERROR = "error status"
    ASSET = "asset, feed or download"


def skip_reason(line: LogLine) -> SkipReason | None:
    """Return why the line is not a page view; None for a page view."""
    if not line.method:
        return SkipReason.NO_REQUEST
    if line.method != "GET":
        return SkipReason.METHOD
    if line.status >= 400 or line.status < 200:
        return SkipReason.ERROR
    if line.status >= 300 and line.status != 304:
        return SkipReason.REDIRECT
    if is_asset(line.target):
        return SkipReason.ASSET
    if not _is_address(line.host):
        return SkipReason.NO_ADDRESS
    return None


@lru_cache(maxsize=16_384)
def is_asset(target: str) -> bool:
    """Return whether ``target``, a path or URL with its query, is an asset."""
    path, _, query = target.partition("?")
    path = path.partition("#")[0].lower()
    name = path.rstrip("/").rpartition("/")[2]
    return (
        name.partition(".")[2].rpartition(".")[2] in ASSET_EXTENSIONS
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
