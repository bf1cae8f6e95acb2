"""How callers say who they are."""

from collections.abc import Mapping
from typing import Any

from services.api.auth.models import Scope
from services.api.endpoints import Access, Endpoint

SCHEMES: Mapping[str, Any] = {
    "login": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The `access_token` of a login: may what its user may.",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key (`uvk_…`): may what its scopes say, and never more than its user.",
    },
    "share": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of an opened share link: may see the numbers of one site.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": "An HTTP Message Signature (RFC 9421) of one of the site's keys, with `Signature-Input`; or "
        "`X-Timestamp` and `X-Signature`: may see the numbers of that site. See docs/clients.md.",
    },
}


def security_of(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    """OpenAPI's ``security``: one of these is needed; an empty one says that nothing is."""
    if endpoint.access is Access.PUBLIC:
        return []
    scopes = [*Scope] if endpoint.any_key else [scope for scope in (endpoint.scope, Scope.ADMIN) if scope is not None]
    named: list[dict[str, list[str]]] = [{"login": []}, *({"key": [scope.value]} for scope in dict.fromkeys(scopes))]
    return [*named, {"share": []}, {"signature": []}, {}] if endpoint.access is Access.VIEWER else named
