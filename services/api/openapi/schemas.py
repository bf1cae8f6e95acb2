"""The models of all endpoints as JSON Schemas, which refer to each other by name."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, cast

from pydantic.json_schema import models_json_schema

from services.api.openapi.handlers import Model, Types
from services.api.reports.dimensions import DIMENSIONS
from services.api.reports.filters import Operator

Schema = dict[str, Any]
_REFERRED = re.compile(r'"#/components/schemas/([^"]+)"')
Mode = Literal["validation", "serialization"]
_REFERENCE = "#/components/schemas/{model}"
_OWN: Mapping[str, Schema] = MappingProxyType(
    {
        "DimensionName": {"type": "string", "enum": list(DIMENSIONS)},
        "Operator": {"type": "string", "enum": [operator.value for operator in Operator]},
    }
)
"""Types that only texts in queries and paths have."""
DIMENSION_NAME = _REFERENCE.format(model="DimensionName")


@dataclass(frozen=True, slots=True)
class Schemas:
    components: Mapping[str, Schema]
    """By name; without those of query strings, which are parameters and no types of their own."""
    references: Mapping[tuple[Model, Mode], Schema]
    queries: Mapping[Model, Schema]

    def body(self, model: Model) -> Schema:
        return self.references[model, "validation"]

    def answer(self, model: Model) -> Schema:
        return self.references[model, "serialization"]

    def query(self, model: Model) -> Schema:
        """The whole schema of a query string: ``properties`` are its parameters."""
        return self.queries[model]


def schemas_of(types: Iterable[Types]) -> Schemas:
    wanted: dict[tuple[Model, Mode], None] = {}
    queries: dict[Model, None] = {}
    for each in types:
        if each.query:
            wanted[each.query, "validation"] = queries[each.query] = None
        if each.body:
            wanted[each.body, "validation"] = None
        if each.answer:
            wanted[each.answer, "serialization"] = None
    found, definitions = models_json_schema(list(wanted), ref_template=_REFERENCE)
    references = cast(dict[tuple[Model, Mode], Schema], found)
    components = dict(sorted((definitions["$defs"] | dict(_OWN)).items()))
    queried = {model: components.pop(_name(references[model, "validation"])) for model in queries}
    wanted_names = {_name(reference) for reference in references.values()} | _OWN.keys()
    reachable = _reachable(components, [*queried.values(), *(components.get(name, {}) for name in wanted_names)])
    return Schemas(
        references=references,
        queries=queried,
        components={name: each for name, each in components.items() if name in wanted_names | reachable},
    )


def _reachable(components: Mapping[str, Schema], roots: list[Schema]) -> set[str]:
    """The names of all components that ``roots`` refer to. Types inside the service are none of them."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        more = set(_REFERRED.findall(json.dumps(waiting.pop()))) - found
        found |= more
        waiting += [components[name] for name in more]
    return found


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
