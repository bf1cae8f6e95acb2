"""The referrer: the page that links to the visited one."""

from collections.abc import Set
from pathlib import Path
from typing import NamedTuple

from common.text import clean_text
from common.urls import MAX_HOST, MAX_PATH
from services.worker.enrich.data import read_list
from services.worker.enrich.sources import Source, Sources, bare_host

MAX_REFERRER = MAX_HOST + MAX_PATH
_APP = "android-app"


class Referrer(NamedTuple):
    page: str
    """Host and path, without scheme, and without the slash of a home page."""
    source: Source | None
    is_spam: bool


NO_REFERRER = Referrer("", None, False)


def resolve_referrer(host: str, referrer: str, sources: Sources, spam_hosts: Set[str]) -> Referrer:
    """Return the referrer of a page on ``host``; ``NO_REFERRER`` if it has the same host, with or without www.

    ``referrer`` is 'scheme://host/path', as ``common.urls.parse_referrer`` returns it. ``spam_hosts`` are without www.
    """
    scheme, _, rest = clean_text(referrer, MAX_REFERRER + len(_APP) + 3).partition("://")
    from_host, _, path = rest.partition("/")
    from_host = from_host[:MAX_HOST]
    if not scheme or not from_host:
        return NO_REFERRER
    page = f"{from_host}/{path}"[:MAX_REFERRER] if path else from_host
    if scheme == _APP:
        return Referrer(page, sources.by_app(from_host), False)
    if bare_host(from_host) == bare_host(host):
        return NO_REFERRER
    return Referrer(page, sources.by_host(from_host), _is_below(from_host, spam_hosts))


def read_spam_hosts(path: Path) -> list[str]:
    """Read an administrator's list of hosts, and return them without www. Raises ``ConfigError``."""
    return [bare_host(host.lower()) for host in read_list(path, "worker.referrer_spam_file")]


def _is_below(host: str, hosts: Set[str]) -> bool:
    while host:
        if host in hosts:
            return True
        host = host.partition(".")[2]
    return False
