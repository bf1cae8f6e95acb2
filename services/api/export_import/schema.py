"""The one wide schema of a Parquet file: a column for each field of a visit or an event, null where a row has none."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from services.api.export_import.rows import Event, Visit

METADATA = b"pyuniqvisit"
"""Key of the header in the file's metadata."""
RECORD = "record"

KINDS: Mapping[str, type[Any]] = MappingProxyType({"visit": Visit, "event": Event})
FIELDS_OF: Mapping[type[Any], tuple[str, ...]] = MappingProxyType(
    {kind: kind.__struct_fields__ for kind in KINDS.values()}
)

_MOMENTS = {"visit_started_at", "ended_at", "first_visit", "last_visit", "time"}
_IDS = {"visitor_id", "id"}
_SMALL = {"pageviews", "events", "screen_width", "scroll"}


def _type(field: str) -> Any:
    if field in _IDS:
        return pa.uuid()
    if field in _MOMENTS:
        return pa.timestamp("us", "UTC")
    if field in _SMALL:
        return pa.int32()
    if field == "engaged_ms":
        return pa.int64()
    return pa.bool_() if field == "is_bot" else pa.string()


COLUMNS: Mapping[str, Any] = MappingProxyType(
    {field: _type(field) for field in dict.fromkeys((*FIELDS_OF[Visit], *FIELDS_OF[Event]))}
)
TEXTS = (RECORD, *(field for field, kind in COLUMNS.items() if kind == pa.string()))
SCHEMA = pa.schema([pa.field(RECORD, pa.string(), nullable=False), *(pa.field(*column) for column in COLUMNS.items())])
