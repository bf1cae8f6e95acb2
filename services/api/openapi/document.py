"""The whole API as an OpenAPI 3.1 document."""

from collections.abc import Iterable
from typing import Any

from services.api.endpoints import Endpoint
from services.api.openapi.operations import SCHEMES, operation_of
from services.api.openapi.responses import PROBLEM_SCHEMA
from services.api.openapi.schemas import schemas_of, types_of
from services.api.openapi.tags import TAG_DESCRIPTIONS

_ABOUT = """\
The API that the dashboard and the command line use.

Log in with `POST /api/v1/auth/token` and send `Authorization: Bearer <access_token>`, or send an API key the same way.
Resources that you have no access to return 404, not 403. Errors are problem documents (RFC 9457) that name the invalid
fields. Every response has an `X-Request-Id` header; send your own to find a request in the logs.
"""


def describe(endpoints: Iterable[Endpoint], version: str) -> dict[str, Any]:
    """The OpenAPI document of ``endpoints``, in their order."""
    described = [(endpoint, types_of(endpoint)) for endpoint in endpoints]
    schemas = schemas_of(types for _, types in described)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint, types in described:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation_of(endpoint, types, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "PyUniqVisit", "version": version, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in TAG_DESCRIPTIONS.items()],
        "paths": paths,
        "components": {"schemas": {**schemas.components, "Problem": PROBLEM_SCHEMA}, "securitySchemes": SCHEMES},
    }
