"""How callers authenticate."""

from collections.abc import Mapping
from typing import Any

from services.api.accounts.auth.models import Scope
from services.api.endpoints import Access, Endpoint

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
    """OpenAPI's ``security``: alternatives, of which an empty one means that no authentication is needed."""
    if endpoint.access is Access.PUBLIC:
        return []
    scopes = [*Scope] if endpoint.any_key else [scope for scope in (endpoint.scope, Scope.ADMIN) if scope is not None]
    named: list[dict[str, list[str]]] = [{"login": []}, *({"key": [scope.value]} for scope in dict.fromkeys(scopes))]
    return [*named, {"share": []}, {"signature": []}, {}] if endpoint.access is Access.VIEWER else named
