"""Every invalid field is described in plain words, without regular expressions or names of classes."""

import json
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest
from pydantic import BaseModel, ValidationError

from services.api.alerts.models import NewAlert
from services.api.app import ENDPOINTS
from services.api.http.field_errors import invalid_fields
from services.api.http.parsing import without_none
from services.api.server_events.models import ServerEvent
from services.api.sites.models import CreateSite

BODIES = sorted(
    {
        without_none(hints["body"])
        for endpoint in ENDPOINTS
        if "body" in (hints := get_type_hints(endpoint.handler)) and issubclass(without_none(hints["body"]), BaseModel)
    },
    key=lambda model: str(model.__name__),
)
VALUES: tuple[Any, ...] = (None, "", "ä\0" * 3000, -(10**12), 10**12, 1.5, [], [{}], {"a": {}}, ["x"] * 500)
WORDS_OF_THE_LIBRARY = ("should", "Input", "pattern", "Field required", "Value error", "^[", "Tuple", "Kind.")


def details(model: type[BaseModel], body: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as error:
        model.model_validate_json(json.dumps(body))
    return {field.field: field.detail for field in invalid_fields(error.value)}


def bodies(model: type[BaseModel]) -> Iterator[dict[str, Any]]:
    for value in VALUES:
        yield {field.alias or name: value for name, field in model.model_fields.items()} | {"unknown": 1}


@pytest.mark.parametrize("model", BODIES, ids=lambda model: model.__name__)
def test_invalid_fields_are_described_in_plain_words(model: type[BaseModel]) -> None:
    for body in bodies(model):
        for field, detail in details(model, body).items():
            assert not any(word in detail for word in WORDS_OF_THE_LIBRARY), f"{field}: {detail}"


def test_invalid_site_name_is_described_by_its_rule() -> None:
    assert details(CreateSite, {"name": "My Shop", "retention_days": 0}) == {
        "name": "use lower-case letters, digits, `.`, `-` and `_`; begin with a letter or a digit; "
        "at most 63 characters",
        "url": "is required",
        "retention_days": "must be 1 or more",
    }


def test_check_of_several_fields_names_the_wrong_one() -> None:
    alert = {"kind": "spike", "channel": "email", "target": "not an address"}
    assert details(NewAlert, alert) == {"target": "must be a single email address"}


def test_property_of_wrong_type_is_one_error() -> None:
    assert details(ServerEvent, {"url": "u", "ip": "192.0.2.1", "kind": "x", "props": {"a": []}}) == {
        "kind": "must be one of pageview, event, click",
        "props.a": "must be a text, a number, or true or false",
    }
