"""One endpoint as an OpenAPI operation."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from services.api.endpoints import Endpoint
from services.api.openapi.handlers import Types, summary_of
from services.api.openapi.refusals import refusals_of
from services.api.openapi.schemas import DIMENSION_NAME, Schema, Schemas
from services.api.openapi.security import security_of

_IN_PATH = re.compile(r"{(\w+)}")
_TEXT = {"type": "string", "minLength": 1}
_FILE = {"type": "string", "format": "binary"}

PATH_PARAMETERS: Mapping[str, Schema] = MappingProxyType(
    {
        "name": {"description": "The name of the site."},
        "username": {"description": "The name of the user."},
        "id": {"description": "The id, as the list returns it."},
        "funnel": {"description": "The id of the funnel, as the list returns it."},
        "dimension": {
            "description": "The dimension by which to group, e.g. `page` or `country`, or `property.KEY`.",
            "anyOf": [{"$ref": DIMENSION_NAME}, {"type": "string", "pattern": r"^property\..+$"}],
        },
        "started_at": {"description": "The time at which the visit started, as the visitor's visits return it."},
    }
)


def operation_of(endpoint: Endpoint, types: Types, schemas: Schemas) -> dict[str, Any]:
    summary, description = summary_of(endpoint)
    operation: dict[str, Any] = {
        "tags": [endpoint.tag.value],
        "operationId": endpoint.operation_id,
        "summary": summary,
        "security": security_of(endpoint),
    }
    if description:
        operation["description"] = description
    parameters = [*_path_parameters(endpoint), *(_query_parameters(schemas.query(types.query)) if types.query else ())]
    if parameters:
        operation["parameters"] = parameters
    if types.body:
        operation["requestBody"] = {
            "required": types.body_required,
            "content": {"application/json": {"schema": schemas.body(types.body)}},
        }
    if endpoint.takes_file:
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": _FILE}}}
    operation["responses"] = {**_success(endpoint, types, schemas), **refusals_of(endpoint, types)}
    return operation


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {**_TEXT, **PATH_PARAMETERS.get(name, {})}}
        for name in _IN_PATH.findall(endpoint.path)
    ]


def _query_parameters(schema: Schema) -> list[dict[str, Any]]:
    required = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _as_query(each)}
        for name, each in schema["properties"].items()
    ]


def _as_query(schema: Schema) -> Schema:
    """A query string knows no null and no objects: a parameter is left out instead."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf" and not _is_no_default(key, value)}
    if not kinds:
        return rest
    return {**kinds[0], **rest} if len(kinds) == 1 else {"anyOf": kinds, **rest}


def _is_no_default(key: str, value: Any) -> bool:
    return key == "default" and (value is None or isinstance(value, dict | list))


def _success(endpoint: Endpoint, types: Types, schemas: Schemas) -> dict[str, Any]:
    status = HTTPStatus(endpoint.status if types.answer or types.is_response else HTTPStatus.NO_CONTENT)
    response: dict[str, Any] = {"description": status.phrase}
    if types.answer:
        response["content"] = {"application/json": {"schema": schemas.answer(types.answer)}}
    if endpoint.gives:
        response["content"] = response.get("content", {}) | {kind: {"schema": _FILE} for kind in endpoint.gives}
    return {str(status.value): response}
