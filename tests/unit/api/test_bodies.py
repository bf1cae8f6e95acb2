"""Bodies with unknown fields are rejected."""

from typing import Any, get_type_hints

import pytest
from pydantic import BaseModel

from services.api.app import ENDPOINTS
from services.api.endpoints import Access, Endpoint
from services.api.http.parsing import without_none

WITH_BODY = [endpoint for endpoint in ENDPOINTS if "body" in get_type_hints(endpoint.handler)]


def models_within(hint: Any) -> set[type[BaseModel]]:
    """The model itself, and those of its fields."""
    parts = getattr(hint, "__args__", ())
    if parts:
        return set().union(*map(models_within, parts))
    if not (isinstance(hint, type) and issubclass(hint, BaseModel)):
        return set()
    return {hint}.union(*(models_within(field.annotation) for field in hint.model_fields.values()))


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_unknown_field_is_rejected(endpoint: Endpoint) -> None:
    models = models_within(without_none(get_type_hints(endpoint.handler)["body"]))
    assert models
    assert all(model.model_config.get("extra") == "forbid" for model in models)


def test_only_administrators_set_is_admin() -> None:
    naming = {
        endpoint.access
        for endpoint in WITH_BODY
        if "is_admin" in without_none(get_type_hints(endpoint.handler)["body"]).model_fields
    }
    assert naming == {Access.ADMIN}
