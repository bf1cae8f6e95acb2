"""JSON logs on standard output, without personal data and secrets."""

import logging
import re
import sys
from typing import Any

import structlog

from common.config import LogSettings

REDACTED = "[redacted]"
_SENSITIVE_KEY = re.compile(
    r"password|secret|token|cookie|authorization|salt|signature|\bip\b|remote|user_agent|visitor|jwt",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(
    r"""\b(?:\d{1,3}\.){3}\d{1,3}\b            # IPv4
      | (?<![\w:])(?:[0-9a-f]{1,4}:){1,7}(?::[0-9a-f]{1,4}){1,7}(?![\w:])  # IPv6, shortened
      | \b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}   # IPv6
      | (?<=://)[^/\s:@]*:[^/\s@]+(?=@)          # user:password@ in a URL
      | \beyJ[\w-]{1,4000}\.[\w-]+\.[\w-]*       # a JWT
      | \buv[krs]_[\w-]{16,}                     # an API key, a code, a secret of ours
      | (?<=\b_uv=)[^;\s"]+                      # the visitor's cookie
      | (?<=\buv_refresh=)[^;\s"]+               # a user's refresh token
      | (?<=\bBearer\ )\S+                       # bearer tokens of requests
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LOOPBACK = {"127.0.0.1", "0.0.0.0"}  # noqa: S104 - compared, never bound to


def redact(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: hides values of sensitive keys, and addresses and credentials inside texts."""
    return {key: _clean(key, value) for key, value in event.items()}


def hide_request_content(record: logging.LogRecord) -> bool:
    """Filter of aiohttp's server log: reduce malformed requests to one short line at DEBUG level.

    aiohttp logs a traceback with the malformed line, which may hold a cookie, a token, or a URL with its query. The
    client gets a 400 response, and anyone can send a million of them.
    """
    error = record.exc_info[1] if record.exc_info else None
    if type(error).__module__ != "aiohttp.http_exceptions":
        return True
    record.msg, record.args, record.exc_info = "malformed request: %s", (type(error).__name__,), None
    record.levelno, record.levelname = logging.DEBUG, "DEBUG"
    return logging.getLogger().getEffectiveLevel() <= logging.DEBUG


def configure_logs(service: str, settings: LogSettings) -> None:
    """Sends structlog and the standard library's loggers through the same JSON renderer."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.EventRenamer("message"),
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
    logging.getLogger("arq").setLevel(logging.WARNING)
    logging.getLogger("aiohttp.server").addFilter(hide_request_content)
    # While a database is unavailable, its pool logs a traceback per attempt; the outage log has it once.
    logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)


def _clean(key: str, value: Any) -> Any:
    if _SENSITIVE_KEY.search(key) and value not in (None, ""):
        return REDACTED
    if isinstance(value, str):
        return _IN_TEXT.sub(lambda found: found[0] if found[0] in _LOOPBACK else REDACTED, value)
    if isinstance(value, dict):
        return {k: _clean(str(k), v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(key, v) for v in value]
    return value
