"""HTTP requests as a gateway hands them on from browsers, ready to be written to a socket."""

from collections.abc import Iterator

from benchmarks.traffic import HOST, Hit, as_body, hits

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


def build_requests(seed: int, site: str, port: int) -> Iterator[bytes]:
    for hit in hits(seed):
        yield build_request(hit, site, port)


def build_request(hit: Hit, site: str, port: int) -> bytes:
    body, visitor = as_body(hit, site), hit.visitor
    head = _HEAD.format(
        port=port, length=len(body), user_agent=visitor.user_agent, language=visitor.language, ip=visitor.ip
    )
    return head.encode() + body
