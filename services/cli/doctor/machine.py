"""Checks of this machine: disks, geo database, secrets, and the certificate of the public URL."""

import shutil
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from common.config import ConfigError, Settings, required_secret
from services.cli.doctor.check_result import CheckResult, ok, problem, warning

_TIMEOUT_SECONDS = 5
_RENEW_CERTIFICATE_BEFORE = timedelta(days=14)
_MAX_GEO_AGE = timedelta(days=120)
_LOW_DISK_SPACE, _CRITICAL_DISK_SPACE = 0.15, 0.05


def check_disks(settings: Settings) -> Iterator[CheckResult]:
    """Check the disks that this machine writes to, each of them once."""
    folders = {"data": settings.data_dir, "spool": settings.collector.spool_dir}
    checked = set()
    for name, folder in folders.items():
        if folder is None:
            continue
        existing = _existing(folder.absolute())
        if existing.stat().st_dev in checked:
            continue
        checked.add(existing.stat().st_dev)
        usage = shutil.disk_usage(existing)
        free = usage.free / usage.total
        check, text = f"{name} disk", f"{usage.free / 1e9:,.1f} GB free ({free:.0%}) in {existing}"
        if free < _CRITICAL_DISK_SPACE:
            yield problem(check, text, "free space now; a full disk stops all services")
        elif free < _LOW_DISK_SPACE:
            yield warning(check, text, "free space, or set a data retention for sites")
        else:
            yield ok(check, text)


def check_geo_database(settings: Settings, now: datetime) -> CheckResult:
    path = settings.worker.geo.database or settings.web_dir / "geo" / "country.mmdb"
    if not path.exists():
        return warning(
            "geo database",
            f"{path} is missing, so countries and cities are unknown",
            "set worker.geo.database, or build the web part",
        )
    age = now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    text = f"{path.name}, {age.days} days old"
    if age > _MAX_GEO_AGE:
        return warning("geo database", text, "update it with `geoipupdate` or by upgrading PyUniqVisit")
    return ok("geo database", text)


def check_secrets(settings: Settings) -> CheckResult:
    """Check the secrets of an install with its own servers; `up` generates its secrets."""
    try:
        required_secret(settings.api.jwt_secret, "api.jwt_secret")
    except ConfigError as error:
        return problem("secrets", str(error), "generate secrets with deploy/make-secrets.sh")
    return ok("secrets", "set")


def check_certificate(public_url: str | None, now: datetime) -> CheckResult | None:
    """Check the certificate of the public URL; None when that is not set or does not use https."""
    parts = urlsplit(public_url or "")
    if parts.scheme != "https" or not parts.hostname:
        return None
    address = f"{parts.hostname}:{parts.port or 443}"
    try:
        with (
            socket.create_connection((parts.hostname, parts.port or 443), _TIMEOUT_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) as secured,
        ):
            certificate = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return problem("certificate", f"{address}: {error.verify_message}", "renew it; see the log of the gateway")
    except OSError as error:
        return warning("certificate", f"no response from {address}: {error}", "check collector.public_url")
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    text = f"{address}, expires {expires:%F}"
    if expires - now < _RENEW_CERTIFICATE_BEFORE:
        return warning("certificate", text, "renew it")
    return ok("certificate", text)


def _existing(folder: Path) -> Path:
    """Return the folder, or the closest parent that exists."""
    return next(each for each in (folder, *folder.parents) if each.exists())
