r"""Parser for access log lines in the common or combined format of Apache and nginx.

    host ident user [17/May/2015:10:05:03 +0000] "GET /path HTTP/1.1" 200 512 "referrer" "user agent" …

Fields after the user agent are ignored. Inside quotes, servers write `\"`, `\\` and `\xHH` for characters that would
break the line or are not ASCII.
"""

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

_QUOTED = rb'"((?:[^"\\]++|\\.)*+)"'
# Possessive and atomic quantifiers prevent backtracking, so that every line takes linear time.
_LINE = re.compile(
    rb"([^ ]++) (?>.*?\[([0-9]{2}/[A-Za-z]{3}/[0-9]{4}(?::[0-9]{2}){3} [+-][0-9]{4})\] )"
    + _QUOTED
    + rb" ([0-9]{3}) (?:[0-9]++|-)"
    + rb"(?: (?=\")"
    + (_QUOTED + rb" " + _QUOTED)
    + rb"|(?! \"))"
    + rb"(?= |$)",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_ESCAPED_LETTERS = {
    b"n": b"\n",
    b"t": b"\t",
    b"r": b"\r",
    b"b": b"\b",
    b"v": b"\v",
    b"f": b"\f",
    b'"': b'"',
    b"\\": b"\\",
}
_MONTHS = dict(zip(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), range(1, 13), strict=True))


class LogLine(NamedTuple):
    """The fields of a line. A field that is `-` or missing is an empty string."""

    host: str
    """Usually the client's address."""
    time: int
    """Epoch milliseconds."""
    method: str
    """Empty when the request was not HTTP."""
    target: str
    status: int
    referrer: str
    user_agent: str


def parse_line(line: bytes) -> LogLine | None:
    """Return the fields of a line without its line end; None when it is not an access log line."""
    found = _LINE.match(line)
    if found is None:
        return None
    host, time, request, status, referrer, agent = found.groups()
    epoch_ms = _epoch_ms(time)
    if epoch_ms is None:
        return None
    method, target = _split_request(_text(request))
    return LogLine(_text(host), epoch_ms, method, target, int(status), _text(referrer), _text(agent))


@lru_cache(maxsize=1024)
def _epoch_ms(text: bytes) -> int | None:
    """Convert `17/May/2015:10:05:03 +0000` to epoch milliseconds; None for a date or time that does not exist."""
    date, zone = text.split(b" ")
    day, month, rest = date.split(b"/")
    year, hour, minute, second = map(int, rest.split(b":"))
    east = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * (-1 if zone.startswith(b"-") else 1)
    try:
        # A leap second is treated as the second before it.
        moment = datetime(year, _MONTHS[month], int(day), hour, minute, min(second, 59), tzinfo=timezone(east))
    except (ValueError, KeyError):
        return None
    return int(moment.timestamp()) * 1000 if second <= 60 else None


def _split_request(request: str) -> tuple[str, str]:
    """Return method and target of `GET /path HTTP/1.1`, or two empty strings."""
    method, _, rest = request.partition(" ")
    target, _, version = rest.rpartition(" ")
    if method.isalpha() and target and version.startswith("HTTP/"):
        return method, target
    return "", ""


def _text(field: bytes | None) -> str:
    if field is None or field == b"-":
        return ""
    if b"\\" in field:
        field = _ESCAPE.sub(_unescape, field)
    return field.decode("utf-8", "replace")


def _unescape(found: re.Match[bytes]) -> bytes:
    code, letter = found.groups()
    return bytes.fromhex(code.decode()) if code else _ESCAPED_LETTERS.get(letter, found[0])
