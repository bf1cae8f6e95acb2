"""The base of all types that travel over HTTP."""

from pydantic import BaseModel, ConfigDict


class Input(BaseModel):
    """A body or a query. What it does not know it refuses, so that a typing error is not silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Output(BaseModel):
    """An answer. Its fields are always all there, so the OpenAPI document requires those with defaults as well."""

    model_config = ConfigDict(
        frozen=True,
        validate_by_name=True,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )
