"""From lines to the events that the API takes, and the count of what became of every line."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec

from common.text import clean_text
from common.urls import MAX_URL
from services.cli.errors import CliError
from services.cli.import_log.ids import LineIds
from services.cli.import_log.pages import Skipped, why_skipped
from services.cli.import_log.parser import LogLine, parse_line

MAX_USER_AGENT = 512


class ImportEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page view as `POST …/events/import` takes it."""

    id: str
    time: int
    """Epoch milliseconds."""
    url: str
    ip: str
    referrer: str = ""
    user_agent: str = ""


@dataclass
class Tally:
    """What became of every line."""

    lines: int = 0
    accepted: int = 0
    skipped: Counter[Skipped] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """By the API's own words."""


def events_of(lines: Iterable[bytes], ids: LineIds, origin: str, tally: Tally) -> Iterator[ImportEvent]:
    """The page views among the lines of one file; all the others are counted in ``tally``."""
    for line in lines:
        tally.lines += 1
        parsed = parse_line(line)
        reason = Skipped.MALFORMED if parsed is None else why_skipped(parsed)
        if parsed is None or reason is not None:
            tally.skipped[reason or Skipped.MALFORMED] += 1
            continue
        yield _event(ids.next(line, parsed.time), parsed, origin)


def origin_of(url: str) -> str:
    """Scheme and host of a site's URL. Raises ``CliError``."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CliError(f"{url or 'the empty text'} is no URL of a site; give one as --url https://example.com")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def _event(event_id: str, line: LogLine, origin: str) -> ImportEvent:
    target = line.target
    if not target.startswith("/"):  # a whole URL, as proxies log it
        parts = urlsplit(target)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return ImportEvent(
        event_id,
        line.time,
        clean_text(origin + target, MAX_URL),
        line.host,
        clean_text(line.referrer, MAX_URL),
        clean_text(line.user_agent, MAX_USER_AGENT),
    )
