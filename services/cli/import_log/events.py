"""Turns log lines into events for the API, and counts the outcome of every line."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec

from common.text import clean_text
from common.urls import MAX_URL
from services.cli.errors import CliError
from services.cli.import_log.ids import LineIds
from services.cli.import_log.pages import SkipReason, skip_reason
from services.cli.import_log.parser import LogLine, parse_line

MAX_USER_AGENT = 512


class LoggedPageView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page view in the format of `POST …/events/import`."""

    id: str
    time: int
    """Epoch milliseconds."""
    url: str
    ip: str
    referrer: str = ""
    user_agent: str = ""


@dataclass
class LineCounts:
    """The outcome of every line."""

    lines: int = 0
    accepted: int = 0
    skipped: Counter[SkipReason] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    """By the API's reason."""


def events_of(lines: Iterable[bytes], ids: LineIds, origin: str, counts: LineCounts) -> Iterator[LoggedPageView]:
    """Iterate over the page views of one file; all lines are counted in ``counts``."""
    for line in lines:
        counts.lines += 1
        parsed = parse_line(line)
        reason = SkipReason.MALFORMED if parsed is None else skip_reason(parsed)
        if parsed is None or reason is not None:
            counts.skipped[reason or SkipReason.MALFORMED] += 1
            continue
        yield _event(ids.next(line, parsed.time), parsed, origin)


def origin_of(url: str) -> str:
    """Return the origin of a site's URL. Raises ``CliError``."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CliError(f"{url!r} is not the URL of a site; set one like --url https://example.com")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def _event(event_id: str, line: LogLine, origin: str) -> LoggedPageView:
    target = line.target
    if not target.startswith("/"):  # proxies log the whole URL
        parts = urlsplit(target)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return LoggedPageView(
        event_id,
        line.time,
        clean_text(origin + target, MAX_URL),
        line.host,
        clean_text(line.referrer, MAX_URL),
        clean_text(line.user_agent, MAX_USER_AGENT),
    )
