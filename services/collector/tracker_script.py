"""``/uv.js``: read at start, precompressed by the web build, revalidated by ETag."""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import structlog
from aiohttp import web

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_CACHE = "public, max-age=3600, stale-while-revalidate=86400"


@dataclass(frozen=True, slots=True)
class TrackerScript:
    etag: str
    bodies: dict[str, bytes]
    """By content encoding; '' is the uncompressed script. Empty if the web build is missing."""

    @classmethod
    def load(cls, web_dir: Path) -> "TrackerScript":
        file = web_dir / "uv.js"
        if not file.exists():
            structlog.get_logger().error("tracker: not built; run `make web`", file=str(file))
            return cls("", {})
        bodies = {"": file.read_bytes()}
        for encoding, ending in _ENCODINGS:
            packed = file.with_name(file.name + ending)
            if packed.exists():
                bodies[encoding] = packed.read_bytes()
        return cls(blake2b(bodies[""], digest_size=8).hexdigest(), bodies)

    async def serve(self, request: web.Request) -> web.Response:
        if not self.bodies:
            return web.Response(status=404, text="The tracker is not built. Run `make web`.\n")
        accepted = request.headers.get("Accept-Encoding", "")
        encoding = next((e for e, _ in _ENCODINGS if e in accepted and e in self.bodies), "")
        headers = {
            "Cache-Control": _CACHE,
            "ETag": f'"{self.etag}"',
            "Vary": "Accept-Encoding",
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
        }
        if any(tag.value in (self.etag, "*") for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        if encoding:
            headers["Content-Encoding"] = encoding
        return web.Response(
            body=self.bodies[encoding], content_type="text/javascript", charset="utf-8", headers=headers
        )
