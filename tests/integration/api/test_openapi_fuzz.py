"""Every operation of the OpenAPI document, with generated requests.

Each is called with requests that match its description and with some that do not, once with paths of existing objects
and once with random paths. Every response must match the description, and none may be a server error.
"""

import asyncio
import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import redis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from common.clock import system_clock
from common.config import Settings
from common.store import open_pool
from services.api.app import ENDPOINTS
from services.api.endpoints import Access
from services.api.openapi.routes import document_of
from tests.integration.api.people import add_user
from tests.support.rows import add_visit
from tests.support.servers import settings_for
from tests.support.services import ServiceProcess

EXAMPLES = 5
"""Examples of each kind, unless --examples sets the number."""
LONGEST_TARGET = 8_000
"""What is longer does not fit into the line of a request, and is refused before the API sees it."""
HOME = "https://example.com"
VISITOR = bytes(range(16))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = schemathesis.openapi.from_dict(copy.deepcopy(document_of(ENDPOINTS).root))
OPEN = {f"{each.method} {each.path}" for each in ENDPOINTS if each.access in (Access.PUBLIC, Access.VIEWER)}
"""Without a login too. Where such a request has nothing but names in its path, nothing about it can be wrong."""
OPERATIONS = {found.ok().label: found.ok() for found in DOCUMENT.get_all_operations()}


@dataclass(frozen=True)
class Api:
    """A running API."""

    url: str
    settings: Settings
    redis_url: str
    numbers: Iterator[int]

    def new_world(self) -> tuple[dict[str, str], dict[str, str]]:
        """Headers of a new administrator, and values of path parameters that lead to a user and a visit."""
        number, began = next(self.numbers), datetime.now(UTC) - timedelta(hours=1)
        user, site = f"user-{number}", f"site-{number}"
        with redis.Redis.from_url(self.redis_url) as client:
            client.flushdb()  # What was tried before may have slowed logins down.
        headers = asyncio.run(self._world(f"admin-{number}", user, site, began))
        return headers, {"name": site, "username": user, "id": VISITOR.hex(), "started_at": began.isoformat()}

    async def _world(self, admin: str, user: str, site: str, began: datetime) -> dict[str, str]:
        async with await open_pool(self.settings.database, application="tests") as pool:
            await add_user(pool, user, self.settings, system_clock)
            headers = (await add_user(pool, admin, self.settings, system_clock, is_admin=True)).headers
            await asyncio.to_thread(self._post, "sites", {"name": site, "url": HOME, "public": True}, headers)
            site_id = await pool.fetchval("select id from sites where name = $1", site)
            await add_visit(pool, site_id, began, visitor=VISITOR, pageviews=(0, 1), events=(2,), clicks=(3,))
            return headers

    def _post(self, path: str, body: dict[str, object], headers: dict[str, str]) -> None:
        answer = requests.post(f"{self.url}/api/v1/{path}", json=body, headers=headers, timeout=60)
        assert answer.ok, answer.text


@pytest.fixture(scope="module")
def api(databases, valkey, tmp_path_factory):
    with databases.clone() as database_url:
        own = settings_for(database_url, valkey.url)
        service = ServiceProcess("api", own, tmp_path_factory.mktemp("api"))
        try:
            asyncio.run(service.start())
            yield Api(service.url, own, valkey.url, itertools.count(1))
            assert "Traceback" not in service.log.read_text()
        finally:
            service.stop()


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_response_matches_document(api, label, mode, pytestconfig):
    operation = OPERATIONS[label]
    has_names_to_guard = bool(operation.path_parameters) and label not in OPEN
    if not (mode.is_positive or operation.body or operation.query or has_names_to_guard):
        return
    headers, known = api.new_world()
    path_parameters = {name: known[name] for name in known if f"{{{name}}}" in operation.path}
    session = requests.Session()

    @settings(
        max_examples=pytestconfig.getoption("--examples") or EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def check(case):
        wanted = requests.Request(**case.as_transport_kwargs(base_url=api.url)).prepare()
        assume(len(wanted.path_url) < LONGEST_TARGET)
        case.call_and_validate(base_url=api.url, session=session, headers=headers, checks=CHECKS)

    given(case=operation.as_strategy(generation_mode=mode))(check)()
    if path_parameters:
        given(case=operation.as_strategy(generation_mode=mode, path_parameters=path_parameters))(check)()
