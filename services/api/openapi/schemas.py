"""The models of all endpoints as JSON Schemas, which refer to each other by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from pydantic.json_schema import models_json_schema

from services.api.openapi.handlers import Model, Types

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
_REFERENCE = "#/components/schemas/{model}"


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
    components = dict(sorted(definitions["$defs"].items()))
    return Schemas(
        references=references,
        queries={model: components.pop(_name(references[model, "validation"])) for model in queries},
        components=components,
    )


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
