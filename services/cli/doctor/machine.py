"""What can be seen of this machine: disks, files, and the address that browsers use."""

import shutil
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from common.config import ConfigError, Settings, required_secret
from services.cli.doctor.finding import Finding, ok, problem, warning

_SECONDS = 5
_SOON = timedelta(days=14)
_OLD = timedelta(days=120)
_LITTLE, _VERY_LITTLE = 0.15, 0.05


def look_at_disks(settings: Settings) -> Iterator[Finding]:
    """Of the folders that this machine writes to."""
    wanted = {"data": settings.data_dir, "spool": settings.collector.spool_dir}
    seen = set()
    for name, folder in wanted.items():
        if folder is None:
            continue
        there = _existing(folder.absolute())
        if there.stat().st_dev in seen:
            continue
        seen.add(there.stat().st_dev)
        usage = shutil.disk_usage(there)
        free = usage.free / usage.total
        about, text = f"disk of {name}", f"{usage.free / 1e9:,.1f} GB free ({free:.0%}) below {there}"
        if free < _VERY_LITTLE:
            yield problem(about, text, "make room now: a full disk stops everything")
        elif free < _LITTLE:
            yield warning(about, text, "make room, or set retention of sites")
        else:
            yield ok(about, text)


def look_at_geo(settings: Settings, now: datetime) -> Finding:
    path = settings.worker.geo.database or settings.web_dir / "geo" / "country.mmdb"
    if not path.exists():
        return warning(
            "geo database", f"{path} is missing: places are unknown", "set worker.geo.database, or build the web part"
        )
    age = now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    text = f"{path.name}, {age.days} days old"
    if age > _OLD:
        return warning("geo database", text, "bring it up to date: `geoipupdate`, or a new release")
    return ok("geo database", text)


def look_at_secrets(settings: Settings) -> Finding:
    """Of an install with servers of its own; `up` makes its secrets by itself."""
    try:
        required_secret(settings.api.jwt_secret, "api.jwt_secret")
    except ConfigError as error:
        return problem("secrets", str(error), "see deploy/make-secrets.sh")
    return ok("secrets", "set")


def look_at_certificate(public_url: str | None, now: datetime) -> Finding | None:
    """None where browsers do not use https, or nobody said which address they use."""
    parts = urlsplit(public_url or "")
    if parts.scheme != "https" or not parts.hostname:
        return None
    where = f"{parts.hostname}:{parts.port or 443}"
    try:
        with (
            socket.create_connection((parts.hostname, parts.port or 443), _SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) as secured,
        ):
            certificate = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return problem("certificate", f"{where}: {error.verify_message}", "renew it; see the gateway's log")
    except OSError as error:
        return warning("certificate", f"{where} does not answer: {error}", "is collector.public_url right?")
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    text = f"{where}, until {ends:%F}"
    return warning("certificate", text, "renew it") if ends - now < _SOON else ok("certificate", text)


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())
