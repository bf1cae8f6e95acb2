"""The description of the API, against the API itself."""

import json
import re

import pytest
import schemathesis

from services.api.app import ENDPOINTS, create_app
from services.api.openapi.routes import document_of
from tests.support.servers import settings_for

API = "/api/v1/"


@pytest.fixture(scope="module")
def document():
    return document_of(ENDPOINTS).root


@pytest.fixture(scope="module")
def operations(document):
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


async def test_document_has_every_route_and_no_other(operations):
    app = create_app(settings_for("postgresql://unused", "redis://unused"))
    routes = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource is not None}
    below = {(method, path) for method, path in routes if path.startswith(API)}
    assert operations.keys() == below | {(each.method, each.path) for each in ENDPOINTS}
    assert operations.keys() <= routes


def test_document_is_valid(document):
    schemathesis.openapi.from_dict(json.loads(json.dumps(document))).validate()


def test_every_reference_resolves(document):
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert named <= document["components"]["schemas"].keys()


def test_every_operation_has_unique_name_and_summary(operations):
    names = [operation["operationId"] for operation in operations.values()]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in operations.values())


def test_every_tag_and_path_parameter_has_description(document, operations):
    assert [tag["name"] for tag in document["tags"] if not tag["description"]] == []
    unexplained = {
        parameter["name"]
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "path" and "description" not in parameter["schema"]
    }
    assert unexplained == set()


def test_required_authentication_is_described(operations):
    for endpoint in ENDPOINTS:
        operation = operations[endpoint.method, endpoint.path]
        assert (operation["security"] == []) == (endpoint.access == "public")
        assert ("401" in operation["responses"]) or endpoint.access == "public"


def test_body_is_described_with_its_problems(operations):
    site = operations["POST", "/api/v1/sites"]
    assert site["requestBody"] == {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CreateSite"}}},
    }
    assert {"201", "400", "401", "403", "409", "413", "415", "422", "503"} <= site["responses"].keys()


def test_fields_are_described_by_docstrings(document):
    assert document["components"]["schemas"]["TokenPair"]["properties"]["expires_in"]["description"]
