"""The models of all endpoints as JSON Schemas, which refer to each other by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.api.openapi.handlers import Model, Types

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
_REFERENCE = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class Schemas:
    components: Mapping[str, Schema]
    """By name; without those of query strings, which are parameters and no types of their own."""
    references: Mapping[tuple[type[BaseModel], Mode], Schema]
    queries: Mapping[type[BaseModel], Schema]

    def body(self, model: Model) -> Schema:
        return self.references[model, "validation"]

    def answer(self, model: Model) -> Schema:
        return self.references[model, "serialization"]

    def query(self, model: Model) -> Schema:
        """The whole schema of a query string: ``properties`` are its parameters."""
        return self.queries[model]


def schemas_of(types: Iterable[Types]) -> Schemas:
    wanted: dict[tuple[type[BaseModel], Mode], None] = {}
    queries: dict[type[BaseModel], None] = {}
    for each in types:
        if each.query:
            wanted[each.query, "validation"] = queries[each.query] = None
        if each.body:
            wanted[each.body, "validation"] = None
        if each.answer:
            wanted[each.answer, "serialization"] = None
    references, definitions = models_json_schema(list(wanted), ref_template=_REFERENCE)
    components = dict(sorted(definitions["$defs"].items()))
    return Schemas(
        references=references,
        queries={model: components.pop(_name(references[model, "validation"])) for model in queries},
        components=components,
    )


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
