"""The demo pages: where the tracker that is on them finds the collector."""

import re
from html import escape

from common.config import CollectorSettings

PLACEHOLDER = "__COLLECTOR_URL__"
_HOST_HEADER = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d+)?")


def collector_url(settings: CollectorSettings, host_header: str) -> str:
    """The collector's public URL; without one, its port on the host that the visitor asked for."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    found = _HOST_HEADER.fullmatch(host_header)
    return f"http://{found['name'] if found else 'localhost'}:{settings.port}"


def fill_in(page: str, url: str) -> str:
    return page.replace(PLACEHOLDER, escape(url))
