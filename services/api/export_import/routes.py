import asyncio
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from services.api.accounts.auth.models import Caller
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.export_import.jsonl import JsonLinesWriter
from services.api.export_import.models import (
    ExportQuery,
    ImportResponse,
    IncompleteFileError,
    NotAnExportError,
    TooManyTransfersError,
    WrongRowError,
)
from services.api.export_import.parquet_writer import ParquetRowsWriter
from services.api.export_import.service import Export, TransferService
from services.api.export_import.site_import import SiteImporter
from services.api.export_import.snapshot import SnapshotReader
from services.api.http.errors import BodyTooLargeError
from services.api.openapi.tags import Tag
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

TRANSFERS = web.AppKey("transfers", TransferService)

_PIECE_BYTES = 256 * 1024
_IDLE_TIMEOUT_SECONDS = 60
"""Disconnect clients that read or send nothing for this long, because an export holds a database snapshot."""
_log = structlog.get_logger()


def setup(app: web.Application, deps: Dependencies) -> None:
    api = deps.settings.api
    app[TRANSFERS] = TransferService(
        SnapshotReader(deps.pool, deps.shards),
        SiteImporter(deps.pool, deps.shards, deps.clock),
        deps.clock,
        api.import_max_bytes,
        api.import_dir,
    )


async def export_site(request: web.Request, caller: Caller, query: ExportQuery) -> web.StreamResponse:
    """Export the visits and events of a site.

    As one Parquet file or as JSON lines: a consistent snapshot. If the connection breaks, the file is incomplete, and
    imports reject it.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    async with request.app[TRANSFERS].export(site, query) as export:
        return await _send(request, export)


async def import_site(request: web.Request, caller: Caller) -> ImportResponse:
    """Import an export into a site.

    The body is a file exported by any install, in either format. Rows that exist already are not stored again, so an
    interrupted import can be repeated. The site's settings do not change.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[TRANSFERS].import_file(site, _pieces(request))


async def _send(request: web.Request, export: Export) -> web.StreamResponse:
    """Send the file. An error after its start can only be reported by closing the connection.

    The framework sends the end of the file after the audit event was stored.
    """
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{export.name}"'}
    response = web.StreamResponse(headers=headers)
    response.content_type = export.media_type
    await response.prepare(request)
    try:
        async for part in export.parts():
            for begin in range(0, len(part), _PIECE_BYTES):
                async with asyncio.timeout(_IDLE_TIMEOUT_SECONDS):
                    await response.write(part[begin : begin + _PIECE_BYTES])
    except Exception as error:
        _log.warning("export: failed after the response started", error=type(error).__name__)
        if request.transport is not None:
            request.transport.abort()
    return response


async def _pieces(request: web.Request) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(_IDLE_TIMEOUT_SECONDS):
                piece = await request.content.read(_PIECE_BYTES)
        except (web.RequestPayloadError, ConnectionError):
            raise IncompleteFileError("the request body is truncated or does not match its headers") from None
        if not piece:
            return
        yield piece


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/export",
        export_site,
        Access.ADMIN,
        tag=Tag.EXPORT_IMPORT,
        operation_id="exportSite",
        audit="site.export",
        media_types=(ParquetRowsWriter.media_type, JsonLinesWriter.media_type),
        raises=(SiteNotFoundError, TooManyTransfersError),
    ),
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/import",
        import_site,
        Access.ADMIN,
        tag=Tag.EXPORT_IMPORT,
        operation_id="importSite",
        audit="site.import",
        takes_file=True,
        raises=(
            SiteNotFoundError,
            NotAnExportError,
            WrongRowError,
            IncompleteFileError,
            BodyTooLargeError,
            TooManyTransfersError,
        ),
    ),
)
