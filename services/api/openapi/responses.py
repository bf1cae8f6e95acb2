"""The error responses of an endpoint: those that all endpoints can return, and those that it declares."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import asyncpg

from services.api.accounts.auth import models as auth
from services.api.endpoints import Access, Endpoint
from services.api.http import errors
from services.api.openapi.schemas import HandlerTypes
from services.api.problems import CONTENT_TYPE, Problem, problem_of_class

_RETRY_AFTER = {"Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "string"}}}
_CHALLENGE = {"WWW-Authenticate": {"description": "The authentication scheme to use.", "schema": {"type": "string"}}}
_HEADERS: Mapping[int, Mapping[str, Any]] = {
    HTTPStatus.UNAUTHORIZED: _CHALLENGE,
    HTTPStatus.TOO_MANY_REQUESTS: _RETRY_AFTER,
    HTTPStatus.SERVICE_UNAVAILABLE: _RETRY_AFTER,
}

PROBLEM_SCHEMA: Mapping[str, Any] = {
    "title": "Problem",
    "description": "Why a request failed (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "The problem type, which never changes."},
        "title": {"type": "string", "description": "The problem type in words."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong with this request."},
        "field": {"type": "string", "description": "The first invalid field."},
        "errors": {
            "type": "array",
            "description": "All invalid fields.",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def problem_responses(endpoint: Endpoint, types: HandlerTypes) -> dict[str, Any]:
    """Return the ``responses`` of all problems of an endpoint, by status."""
    problems: dict[int, list[Problem]] = {}
    for error in _errors(endpoint, types):
        problem = problem_of_class(error)
        found = problems.setdefault(problem.status, [])
        if problem not in found:
            found.append(problem)
    return {str(status): _response(status, problems[status]) for status in sorted(problems)}


def _errors(endpoint: Endpoint, types: HandlerTypes) -> Iterator[type[Exception]]:
    if endpoint.access is not Access.PUBLIC:
        yield auth.UnauthenticatedError
        yield auth.InsufficientScopeError
    if endpoint.access is Access.ADMIN:
        yield auth.ForbiddenError
    if types.query:
        yield errors.InvalidQueryError
    if types.body:
        yield errors.MalformedBodyError
        yield errors.BodyTooLargeError
        yield errors.MediaTypeError
        yield errors.InvalidBodyError
    if types.query or types.body or "{" in endpoint.path:
        yield asyncpg.CharacterNotInRepertoireError
    yield from endpoint.raises
    yield OSError
    yield TimeoutError


def _response(status: int, problems: list[Problem]) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": "\n".join(f"- `{problem.slug}`: {problem.title}" for problem in problems),
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in _HEADERS:
        response["headers"] = _HEADERS[status]
    return response
