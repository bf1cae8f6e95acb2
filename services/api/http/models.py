"""Base classes of all models that are sent over HTTP."""

from pydantic import BaseModel, ConfigDict


class RequestModel(BaseModel):
    """A body or a query string. Unknown fields are errors, so that a typing error is not silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ResponseModel(BaseModel):
    """A response body. All fields are always present, so the OpenAPI document requires those with defaults too."""

    model_config = ConfigDict(
        frozen=True,
        validate_by_name=True,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )


def check_printable(text: str) -> str:
    """Return the text. Raises ``ValueError``, as validators of models do."""
    if not text.isprintable():
        raise ValueError("use printable characters")
    return text
