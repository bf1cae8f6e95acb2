"""Files of the web build, and the URL of the collector in demo pages."""

import re
from html import escape
from pathlib import Path

from common.config import CollectorSettings


class NotBuiltError(Exception):
    """The web build, or the part of it that is needed, does not exist."""


def find_file(folder: Path, name: str) -> Path | None:
    """Return the file ``name`` below ``folder``, or None; also None for a file that is outside or hidden.

    Raises ``NotBuiltError`` when the folder does not exist.
    """
    if not folder.is_dir():
        raise NotBuiltError(folder.name)
    if "\0" in name or any(part.startswith(".") for part in name.split("/")):
        return None
    root = folder.resolve()
    try:
        path = (root / name).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None
    except OSError:  # the name is too long for the file system
        return None


def read_page(folder: Path, name: str) -> str | None:
    """Return the text of an HTML page, or None. Raises ``NotBuiltError``."""
    path = find_file(folder, name)
    return path.read_text(encoding="utf-8") if path else None


PLACEHOLDER = "__COLLECTOR_URL__"
_HOST_HEADER = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d+)?")


def collector_url(settings: CollectorSettings, host_header: str) -> str:
    """Return the public URL of the collector; if none is set, its port on the host of the request."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    found = _HOST_HEADER.fullmatch(host_header)
    return f"http://{found['name'] if found else 'localhost'}:{settings.port}"


def fill_in(page: str, url: str) -> str:
    return page.replace(PLACEHOLDER, escape(url))
