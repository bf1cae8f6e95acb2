"""One endpoint as an OpenAPI operation."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from services.api.accounts.auth.models import Scope
from services.api.endpoints import Access, Endpoint
from services.api.openapi.responses import problem_responses
from services.api.openapi.schemas import DIMENSION_NAME, HandlerTypes, Schema, Schemas, summary_of

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


def operation_of(endpoint: Endpoint, types: HandlerTypes, schemas: Schemas) -> dict[str, Any]:
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
    operation["responses"] = {**_success(endpoint, types, schemas), **problem_responses(endpoint, types)}
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
    """Return a schema without null and objects, which a query string cannot have: a parameter is left out instead."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf" and not _is_empty_default(key, value)}
    if not kinds:
        return rest
    return {**kinds[0], **rest} if len(kinds) == 1 else {"anyOf": kinds, **rest}


def _is_empty_default(key: str, value: Any) -> bool:
    return key == "default" and (value is None or isinstance(value, dict | list))


def _success(endpoint: Endpoint, types: HandlerTypes, schemas: Schemas) -> dict[str, Any]:
    status = HTTPStatus(endpoint.status if types.result or types.is_response else HTTPStatus.NO_CONTENT)
    response: dict[str, Any] = {"description": status.phrase}
    if types.result:
        response["content"] = {"application/json": {"schema": schemas.response(types.result)}}
    if endpoint.media_types:
        response["content"] = response.get("content", {}) | {kind: {"schema": _FILE} for kind in endpoint.media_types}
    return {str(status.value): response}


SCHEMES: Mapping[str, Any] = {
    "login": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The `access_token` of a login. It has the rights of its user.",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key (`uvk_…`). It has the rights of its scopes, and never more than its user.",
    },
    "share": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of an opened share link. It can read the reports of one site.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": "An HTTP Message Signature (RFC 9421) of one of the site's keys, with `Signature-Input`; or "
        "`X-Timestamp` and `X-Signature`. It can read the reports of that site. See docs/reference/signatures.md.",
    },
}


def security_of(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    """Return the ``security`` of an operation: alternatives, of which an empty one allows anonymous requests."""
    if endpoint.access is Access.PUBLIC:
        return []
    scopes = [*Scope] if endpoint.any_key else [scope for scope in (endpoint.scope, Scope.ADMIN) if scope is not None]
    named: list[dict[str, list[str]]] = [{"login": []}, *({"key": [scope.value]} for scope in dict.fromkeys(scopes))]
    return [*named, {"share": []}, {"signature": []}, {}] if endpoint.access is Access.VIEWER else named
