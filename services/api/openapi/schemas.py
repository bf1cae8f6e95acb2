"""The types of handlers, and their models as JSON Schemas that refer to each other by name."""

import inspect
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.api.endpoints import Endpoint, Reply
from services.api.http.parsing import is_optional, without_none
from services.api.reports.filters import Operator
from services.api.reports.report_dimensions import DIMENSIONS

Model = type[BaseModel]
Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
_REFERENCE = "#/components/schemas/{model}"
_REFERRED = re.compile(r'"#/components/schemas/([^"]+)"')
_TEXT_TYPES: Mapping[str, Schema] = MappingProxyType(
    {
        "DimensionName": {"type": "string", "enum": list(DIMENSIONS)},
        "Operator": {"type": "string", "enum": [operator.value for operator in Operator]},
    }
)
"""Types of values within the text of paths and queries, which no model has."""
DIMENSION_NAME = _REFERENCE.format(model="DimensionName")


@dataclass(frozen=True, slots=True)
class HandlerTypes:
    query: Model | None
    body: Model | None
    body_required: bool
    result: Model | None
    """None: no body, or a response that the handler makes itself."""
    is_response: bool
    """Whether the handler makes the whole response."""


def types_of(endpoint: Endpoint) -> HandlerTypes:
    """Return the types of the endpoint's handler, from its type hints."""
    hints = get_type_hints(endpoint.handler)
    body, result = hints.get("body"), hints["return"]
    if get_origin(result) is Reply:
        (result,) = get_args(result)
    result = without_none(result)
    return HandlerTypes(
        query=hints.get("query"),
        body=without_none(body),
        body_required=not is_optional(body),
        result=result if _is_subclass(result, BaseModel) else None,
        is_response=_is_subclass(result, web.StreamResponse),
    )


def summary_of(endpoint: Endpoint) -> tuple[str, str]:
    """Return the first line of the handler's docstring, and the rest of it."""
    first, _, rest = (inspect.getdoc(endpoint.handler) or "").partition("\n")
    return first.rstrip("."), rest.strip()


@dataclass(frozen=True, slots=True)
class Schemas:
    components: Mapping[str, Schema]
    """By name. Without models of query strings, whose fields are described as parameters."""
    references: Mapping[tuple[Model, Mode], Schema]
    queries: Mapping[Model, Schema]

    def body(self, model: Model) -> Schema:
        return self.references[model, "validation"]

    def response(self, model: Model) -> Schema:
        return self.references[model, "serialization"]

    def query(self, model: Model) -> Schema:
        """Return the schema of a query string; its ``properties`` are the parameters."""
        return self.queries[model]


def schemas_of(types: Iterable[HandlerTypes]) -> Schemas:
    wanted: dict[tuple[Model, Mode], None] = {}
    queries: dict[Model, None] = {}
    for each in types:
        if each.query:
            wanted[each.query, "validation"] = queries[each.query] = None
        if each.body:
            wanted[each.body, "validation"] = None
        if each.result:
            wanted[each.result, "serialization"] = None
    found, definitions = models_json_schema(list(wanted), ref_template=_REFERENCE)
    references = cast(dict[tuple[Model, Mode], Schema], found)
    components = dict(sorted((definitions["$defs"] | dict(_TEXT_TYPES)).items()))
    queried = {model: components.pop(_name(references[model, "validation"])) for model in queries}
    wanted_names = {_name(reference) for reference in references.values()} | _TEXT_TYPES.keys()
    reachable = _reachable(components, [*queried.values(), *(components.get(name, {}) for name in wanted_names)])
    return Schemas(
        references=references,
        queries=queried,
        components={name: schema for name, schema in components.items() if name in wanted_names | reachable},
    )


def _reachable(components: Mapping[str, Schema], roots: list[Schema]) -> set[str]:
    """Return the names of all components that ``roots`` refer to, which leaves out internal types."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        more = set(_REFERRED.findall(json.dumps(waiting.pop()))) - found
        found |= more
        waiting += [components[name] for name in more]
    return found


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _is_subclass(hint: Any, kind: type) -> bool:
    return isinstance(hint, type) and issubclass(hint, kind)
