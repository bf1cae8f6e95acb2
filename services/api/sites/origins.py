"""Origins: scheme, host and port of a page, as browsers send them in the ``Origin`` header."""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

ANY = "*"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?")


def parse_origin(text: str) -> str:
    """Return the origin of a URL as browsers send it: lower case, punycode, no default port. Raises ``ValueError``."""
    scheme, host, port = _parts(text)
    return _join(scheme, host, port)


def allowed_origins(origins: Iterable[str]) -> tuple[str, ...]:
    """Return the origins without duplicates; an empty tuple, which allows any origin, if ``*`` is among them."""
    wanted = list(origins)
    if any(origin.strip() == ANY for origin in wanted):
        return ()
    return tuple(dict.fromkeys(parse_origin(origin) for origin in wanted))


def origins_of(url: str) -> tuple[str, ...]:
    """Return the likely origins of a site with this URL: http and https, with and without www."""
    _, host, port = _parts(url)
    hosts = [host]
    if host.startswith("www."):
        hosts.append(host.removeprefix("www."))
    elif "." in host and not _is_address(host):
        hosts.append(f"www.{host}")
    return tuple(_join(scheme, each, port) for each in hosts for scheme in ("https", "http"))


def _parts(text: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise ValueError("must be an http or https URL, such as https://www.example.com") from None
    host = _host(parts)
    if parts.scheme not in _DEFAULT_PORTS or not host or parts.username is not None:
        raise ValueError("must be an http or https URL, such as https://www.example.com")
    return parts.scheme, host, None if port == _DEFAULT_PORTS[parts.scheme] else port


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if _is_address(host):
        return host
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        return ""
    return host if _HOST.fullmatch(host) else ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _join(scheme: str, host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" + (f":{port}" if port is not None else "")
