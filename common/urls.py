"""Reduce page URLs and referrers to the parts that hold no personal data."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from common.text import clean_text

MAX_URL = 4_096
MAX_HOST = 253
MAX_PATH = 1_000
MAX_VALUE = 200

CAMPAIGN_KEYS = frozenset({"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "ref", "source"})
CLICK_IDS = frozenset(
    {"gclid", "gbraid", "wbraid", "dclid", "msclkid", "fbclid", "ttclid", "twclid", "li_fat_id", "yclid"}
)
"""Their values identify a visitor, so only their presence is stored, as ``gclid=1``."""


class PageUrl(NamedTuple):
    host: str
    """Lower case, without port."""
    path: str
    """Starts with a slash; without query and fragment."""
    query: str
    """Campaign parameters only, URL-encoded."""


@lru_cache(maxsize=16_384)
def parse_page_url(url: str) -> PageUrl:
    """Parse an absolute http(s) URL with a host. Raises ``ValueError``."""
    if len(url) > MAX_URL:
        raise ValueError("url is too long")
    parts = urlsplit(clean_text(url.strip(), MAX_URL))
    host = (parts.hostname or "")[:MAX_HOST]
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("url must be an absolute http or https URL")
    return PageUrl(host, (parts.path or "/")[:MAX_PATH], _campaign_query(parts.query) if parts.query else "")


@lru_cache(maxsize=16_384)
def parse_referrer(url: str) -> str:
    """Return scheme, host and path of a referrer, or '' if it is empty or invalid."""
    try:
        parts = urlsplit(clean_text(url.strip(), MAX_URL))
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", "android-app") or not host or len(host) > MAX_HOST:
        return ""
    return f"{parts.scheme}://{host}{parts.path[:MAX_PATH]}"


def _campaign_query(query: str) -> str:
    kept: dict[str, str] = {}
    for key, value in parse_qsl(query, max_num_fields=100):
        key = key.lower()
        if key in CAMPAIGN_KEYS and value:
            kept.setdefault(key, value[:MAX_VALUE])
        elif key in CLICK_IDS:
            kept.setdefault(key, "1")
    return urlencode(kept)
