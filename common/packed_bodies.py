"""Compressed request bodies: the part that the response does not need is never decompressed."""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler


@web.middleware
async def leave_rest_packed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Close the connection after an answer to a compressed body that was not read to its end.

    aiohttp would read such a body for up to ten seconds more, so that the connection can serve further requests. A
    megabyte of zeros unpacks to a gigabyte, which would block the event loop for seconds.
    """
    try:
        response = await handler(request)
    except web.HTTPException as error:
        if not _has_packed_rest(request):
            raise
        response = web.Response(status=error.status, headers=error.headers, text=error.text)
    if _has_packed_rest(request):
        response.force_close()
        await response.prepare(request)
        await response.write_eof()
        request.protocol.force_close()
    return response


def _has_packed_rest(request: web.Request) -> bool:
    return hdrs.CONTENT_ENCODING in request.headers and request.can_read_body
