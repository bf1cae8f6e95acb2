"""The services that `up` starts, with their settings and URLs. Computed without reading files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from common.config import Settings
from services.cli.up.data_dir import DataDir
from services.cli.up.secrets import Secrets

DEMO_SITE = "demo"
_LOOPBACK = ("127.0.0.0/8", "::1/128")
_API_ONLY = ("api.jwt_secret", "api.jwt_previous_secrets")
_NOT_FOR_COLLECTOR = ("database.url", "database.password", "mail.password", *_API_ONLY)
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - only translated, never bound


@dataclass(frozen=True)
class PlannedService:
    """A service to start with ``python -m module``."""

    name: str
    module: str
    url: str
    """Its URL on this machine, without a trailing slash."""
    withheld: tuple[str, ...] = ()
    """Settings that are kept from it, because a compromised service cannot leak what it does not have."""


@dataclass(frozen=True)
class StartPlan:
    services: tuple[PlannedService, ...]
    """In start order; they stop in reverse order."""
    settings: Mapping[str, str]
    """Settings for every child process, as ``api.port`` -> text; they read the other settings themselves."""
    api_url: str
    collector_url: str
    """URL to which browsers send beacons."""


def make_plan(settings: Settings, data: DataDir, secrets: Secrets, embedded: Mapping[str, str]) -> StartPlan:
    """Plan the services. ``embedded`` has the URLs of embedded servers, as ``redis.url`` -> text."""
    api_url = local_url(settings.api.host, settings.api.port)
    collector_url = local_url(settings.collector.host, settings.collector.port)
    worker_url = local_url(settings.worker.host, settings.worker.port)
    child_settings = {
        **embedded,
        "data_dir": str(data.path),
        "api.port": str(settings.api.port),
        "api.demo": "true",
        "api.collector_url": settings.api.collector_url or collector_url,
        "collector.port": str(settings.collector.port),
        # The API forwards beacons to the collector with the address of the client.
        "collector.trusted_proxies": json.dumps([*settings.collector.trusted_proxies, *_LOOPBACK]),
        "collector.spool_dir": str(settings.collector.spool_dir or data.spool),
        "collector.registry_file": str(settings.collector.registry_file or data.registry),
        "worker.port": str(settings.worker.port),
    }
    if settings.api.jwt_secret is None:
        child_settings["api.jwt_secret"] = secrets.jwt_secret
    return StartPlan(
        services=(
            PlannedService("api", "services.api", api_url, ("mail.password",)),
            PlannedService("worker", "services.worker", worker_url, _API_ONLY),
            PlannedService("collector", "services.collector", collector_url, _NOT_FOR_COLLECTOR),
        ),
        settings=child_settings,
        api_url=api_url,
        collector_url=(settings.collector.public_url or collector_url).rstrip("/"),
    )


def local_url(host: str, port: int) -> str:
    """Return the URL at which this machine reaches a service that listens on ``host``."""
    host = _ANY_ADDRESS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
