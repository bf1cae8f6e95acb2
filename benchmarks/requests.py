"""HTTP requests as a gateway forwards them, ready to be written to a socket."""

from collections.abc import Iterator, Sequence
from itertools import count

from benchmarks.traffic import HOST, SyntheticBeacon, as_body, synthetic_beacons

_HEAD = (
    "POST /collect HTTP/1.1\r\n"
    "Host: 127.0.0.1:{port}\r\n"
    "Content-Length: {length}\r\n"
    "Content-Type: text/plain;charset=UTF-8\r\n"
    "User-Agent: {user_agent}\r\n"
    "Accept: */*\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: {language}\r\n"
    f"Origin: https://{HOST}\r\n"
    f"Referer: https://{HOST}/\r\n"
    "X-Forwarded-For: {ip}\r\n"
    "\r\n"
)


Parts = tuple[bytes, bytes, bytes]
"""The bytes of a request before, in and after the first characters of its visitor's cookie."""
_VISITOR = b'"visitor":"'
_MARK = 4


def in_parts(request: bytes) -> Parts:
    begin = request.index(_VISITOR) + len(_VISITOR)
    return request[:begin], request[begin : begin + _MARK], request[begin + _MARK :]


def repeat_with_new_visitors(requests: Sequence[Parts]) -> Iterator[bytes]:
    """Repeat the requests without end; each repetition has new visitors, and none returns forever."""
    for turn in count():
        mark = b"%04x" % (turn & 0xFFFF)
        for before, own, after in requests:
            yield before + (mark if turn else own) + after


def build_requests(seed: int, site: str, port: int) -> Iterator[bytes]:
    for synthetic in synthetic_beacons(seed):
        yield build_request(synthetic, site, port)


def build_request(synthetic: SyntheticBeacon, site: str, port: int) -> bytes:
    body, visitor = as_body(synthetic, site), synthetic.visitor
    head = _HEAD.format(
        port=port, length=len(body), user_agent=visitor.user_agent, language=visitor.language, ip=visitor.ip
    )
    return head.encode() + body
