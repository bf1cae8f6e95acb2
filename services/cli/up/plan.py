"""What `up` is going to run, from settings and options alone: no process is started and no file read here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from common.config import Settings
from services.cli.up.data_dir import DataDir
from services.cli.up.secrets import Secrets

DEMO_SITE = "demo"
_LOOPBACK = ("127.0.0.0/8", "::1/128")
_OF_THE_API = ("api.jwt_secret", "api.jwt_previous_secrets")
_NOT_THE_COLLECTORS = ("database.url", "database.password", "mail.password", *_OF_THE_API)
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - translated, never bound to


@dataclass(frozen=True)
class Service:
    """One of our processes, run as ``python -m module``."""

    name: str
    module: str
    url: str
    """Where it answers on this machine, without a slash at the end."""
    withheld: tuple[str, ...] = ()
    """Settings that it is not told: what it does not know, it cannot lose."""


@dataclass(frozen=True)
class Plan:
    services: tuple[Service, ...]
    """In the order of their start. They stop in the reverse order."""
    settings: Mapping[str, str]
    """What every child is told, as ``api.port`` -> text; the rest they read as we did."""
    api_url: str
    collector_url: str
    """Where browsers send beacons."""


def make_plan(settings: Settings, data: DataDir, secrets: Secrets, embedded: Mapping[str, str]) -> Plan:
    """``settings`` carry the ports to use; ``embedded`` are the URLs of embedded servers, as ``redis.url`` -> text."""
    api_url = local_url(settings.api.host, settings.api.port)
    collector_url = local_url(settings.collector.host, settings.collector.port)
    worker_url = local_url(settings.worker.host, settings.worker.port)
    handed_over = {
        **embedded,
        "data_dir": str(data.path),
        "api.port": str(settings.api.port),
        "api.demo": "true",
        "api.collector_url": settings.api.collector_url or collector_url,
        "collector.port": str(settings.collector.port),
        # The API passes on what is sent to it, and says from whom.
        "collector.trusted_proxies": json.dumps([*settings.collector.trusted_proxies, *_LOOPBACK]),
        "collector.spool_dir": str(settings.collector.spool_dir or data.spool),
        "collector.registry_file": str(settings.collector.registry_file or data.registry),
        "worker.port": str(settings.worker.port),
    }
    if settings.api.jwt_secret is None:
        handed_over["api.jwt_secret"] = secrets.jwt_secret
    return Plan(
        services=(
            Service("api", "services.api", api_url, ("mail.password",)),
            Service("worker", "services.worker", worker_url, _OF_THE_API),
            Service("collector", "services.collector", collector_url, _NOT_THE_COLLECTORS),
        ),
        settings=handed_over,
        api_url=api_url,
        collector_url=(settings.collector.public_url or collector_url).rstrip("/"),
    )


def snippet(collector_url: str, site: str) -> str:
    """The line of HTML that puts the tracker on a page."""
    return f'<script defer src="{collector_url}/uv.js" data-site="{site}"></script>'


def local_url(host: str, port: int) -> str:
    host = _ANY_ADDRESS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
