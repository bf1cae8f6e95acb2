"""Describes invalid fields in plain words: what is wrong with a value, and what to send instead."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import CoreSchema, ErrorDetails, core_schema

from common.identity import COOKIE_PATTERN
from services.api.http.errors import InvalidField

_UNION_MEMBERS = frozenset({"bool", "int", "float", "str"})
_NAMED_FIELD = re.compile(r"(?P<field>[a-z_]+): (?P<detail>.+)", re.DOTALL)
"""The error of a validator that checks several fields together and names the one that is wrong."""
_UNION_DETAIL = "must be a text, a number, or true or false"


@dataclass(frozen=True, slots=True)
class Matching:
    """A pattern that a text must match. Its error states the rule in words; the OpenAPI document has the pattern."""

    pattern: str
    rule: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"pattern": self.pattern}

    def _check(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise ValueError(self.rule)
        return text


COOKIE_VALUE = Matching(COOKIE_PATTERN, "must be the value of a _uv cookie: 16 to 64 letters, digits, `-` and `_`")


def invalid_fields(error: ValidationError) -> list[InvalidField]:
    """Return the invalid fields of a model, without their values."""
    found = (_invalid_field(each) for each in error.errors(include_input=False, include_url=False))
    return list(dict.fromkeys(found))


def _invalid_field(error: ErrorDetails) -> InvalidField:
    path = error["loc"]
    if len(path) > 1 and path[-1] in _UNION_MEMBERS:  # one error for each type that the value could have
        return InvalidField(_dotted(path[:-1]), _UNION_DETAIL)
    detail = _detail(error)
    if error["type"] == "value_error" and (named := _NAMED_FIELD.fullmatch(detail)):
        return InvalidField(_dotted((*path, named["field"])), named["detail"])
    return InvalidField(_dotted(path), detail)


def _dotted(path: tuple[int | str, ...]) -> str:
    # Fields that are named after a Python keyword end with an underscore, which the API does not have.
    return ".".join(map(str, path)).removesuffix("_")


def _detail(error: ErrorDetails) -> str:
    kind = error["type"]
    context = error.get("ctx", {})
    if kind in _DETAILS:
        return _DETAILS[kind](context)
    beginning = next((each for each in _DETAILS_BY_BEGINNING if kind.startswith(each)), None)
    return _DETAILS_BY_BEGINNING[beginning] if beginning else error["msg"].removeprefix("Value error, ")


def _one_of(context: Mapping[str, Any]) -> str:
    expected = str(context["expected"])
    choices = re.findall(r"'([^']*)'", expected) or [expected.lower()]
    return f"must be one of {', '.join(choices)}" if len(choices) > 1 else f"must be {choices[0]}"


def _at_least(minimum: int, unit: str) -> str:
    return "must not be empty" if minimum == 1 else f"must have at least {minimum:,} {unit}"


def _at_most(maximum: int, unit: str) -> str:
    return f"must have at most {maximum:,} {unit if maximum == 1 else unit + 's'}"


_DETAILS: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        "missing": lambda _: "is required",
        "extra_forbidden": lambda _: "is unknown; check its spelling",
        "enum": _one_of,
        "literal_error": _one_of,
        "string_too_short": lambda context: _at_least(context["min_length"], "characters"),
        "string_too_long": lambda context: _at_most(context["max_length"], "character"),
        "too_short": lambda context: _at_least(context["min_length"], "values"),
        "too_long": lambda context: _at_most(context["max_length"], "value"),
        "greater_than_equal": lambda context: f"must be {context['ge']:,} or more",
        "less_than_equal": lambda context: f"must be {context['le']:,} or less",
    }
)
_DETAILS_BY_BEGINNING: Mapping[str, str] = MappingProxyType(
    {
        "bool_": "must be true or false",
        "int_": "must be a whole number",
        "float_": "must be a number",
        "finite_number": "must be a number",
        "string_type": "must be a text",
        "string_unicode": "must be valid Unicode text",
        "date_": "must be a date, such as 2026-01-31",
        "uuid_": "must be a UUID",
        "tuple_type": "must be a list",
        "frozen_set_type": "must be a list",
        "dict_type": "must be an object",
        "model_": "must be an object",
    }
)
