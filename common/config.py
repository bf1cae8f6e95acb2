"""Settings of every service, read once at start from a YAML or TOML file and the environment.

The only module that reads the environment. ``load_settings`` returns a frozen ``Settings``; services take
the part they need as an argument. Precedence: environment, then ``…_FILE`` environment, then the file.
"""

import os
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "PYUNIQVISIT_"
CONFIG_FILE = f"{PREFIX}CONFIG"
ADMIN_PASSWORD = f"{PREFIX}ADMIN_PASSWORD"
PLACEHOLDER = re.compile(r"^(change.?me.*|secret|password|default|example.*|<.*>|\$\{.*\}|x+)$", re.IGNORECASE)
MIN_SECRET_LENGTH = 32


class ConfigError(Exception):
    """The settings cannot be used. The message names each wrong key, one per line, and never a secret's value."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _lines(value: Any) -> Any:
    return value.split() if isinstance(value, str) else value


class LogSettings(_Part):
    level: Literal["debug", "info", "warning", "error"] = "info"


class DatabaseSettings(_Part):
    url: SecretStr | None = None
    """postgresql://user:password@host:port/database. Without it, ``up`` starts an embedded server."""
    password: SecretStr | None = None
    """Inserted into ``url``, so that a container can keep it in a separate file."""
    pool_size: Annotated[int, Field(ge=1, le=200)] = 10
    """Maximum number of connections per process. Keep processes x pool_size below the server's limit."""


class RedisSettings(_Part):
    url: SecretStr | None = None
    """redis://, rediss://, unix:// or redis+sentinel://host,host/name. Without it, ``up`` starts an embedded server."""
    shard_urls: Annotated[tuple[SecretStr, ...], BeforeValidator(_lines)] = ()
    """Servers for the streams only, each for an equal range of shards. Without any, the streams are on ``url``.

    In a file, one per line.
    """
    previous_urls: Annotated[tuple[SecretStr, ...], BeforeValidator(_lines)] = ()
    """Servers that had the streams before, in order; used only by ``pyuniqvisit move-streams``."""
    timeout_ms: Annotated[int, Field(ge=50, le=60_000)] = 800
    """How long a command may take before the server counts as unavailable."""


class InstallSettings(_Part):
    shards: Annotated[int, Field(ge=1, le=256)] = 16
    """Logical shards. Fixed when an install is created, and checked at every start."""


class RateLimitSettings(_Part):
    enabled: bool = True
    per_minute: Annotated[int, Field(ge=1)] = 60
    burst: Annotated[int, Field(ge=1)] = 120


class ProxySettings(_Part):
    trusted_proxies: tuple[str, ...] = ()
    """Networks whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are trusted, e.g. 10.0.0.0/8."""
    forwarded_hops: Annotated[int, Field(ge=1, le=10)] = 1
    """Which address of ``X-Forwarded-For``, counted from the right, is the client's."""


class CollectorSettings(ProxySettings):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8001
    public_url: str | None = None
    """Where browsers reach the collector, e.g. https://stats.example.com. Shown in the snippet."""
    rate_limit: RateLimitSettings = RateLimitSettings()
    registry_file: Path | None = None
    """Where the last site registry is kept, so that the collector can start while Redis is unavailable."""
    max_body_bytes: Annotated[int, Field(ge=1024, le=1 << 20)] = 64 * 1024
    max_pending_requests: Annotated[int, Field(ge=1)] = 20_000
    """Requests that may wait for a commit; one more is answered 503."""
    spool_dir: Path | None = None
    """Where beacons are kept while Redis does not accept them. One folder for all collectors of a machine.

    Without it, they are rejected then.
    """
    spool_max_bytes: Annotated[int, Field(ge=1 << 20)] = 1 << 30
    """Maximum size per process and stream server; beyond it, beacons are rejected."""


class GeoSettings(_Part):
    database: Path | None = None
    """A MaxMind City or Country database. Without it, the CC0 country database of the web build is used."""


class WorkerSettings(_Part):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8002
    """Health and metrics of the worker."""
    concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    """Shards that one process drains at the same time."""
    batch_size: Annotated[int, Field(ge=1, le=50_000)] = 5_000
    """Approximate number of beacons per transaction."""
    drain_seconds: Annotated[float, Field(gt=0, le=10)] = 2.0
    """How long one job drains a shard before the other shards get their turn."""
    geo: GeoSettings = GeoSettings()
    datacenter_networks_file: Path | None = None
    """A file with one data center network (CIDR) per line, where no visitors browse from. Without it, none is known."""
    referrer_spam_file: Path | None = None
    """A file with one referrer spam host per line, in addition to the built-in list."""


class ApiSettings(ProxySettings):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    jwt_secret: SecretStr | None = None
    """Signs access tokens (HS256). At least 32 characters; has no default."""
    jwt_previous_secrets: Annotated[tuple[SecretStr, ...], BeforeValidator(_lines)] = ()
    """Earlier ``jwt_secret``s whose tokens are still accepted. Remove them once those tokens have expired.

    In a file, one per line.
    """
    access_token_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 15
    refresh_token_days: Annotated[int, Field(ge=1, le=365)] = 30
    import_max_bytes: Annotated[int, Field(ge=1 << 20)] = 50 << 30
    """The largest file of visits and events that can be imported."""
    import_dir: Path | None = None
    """Where a Parquet file is kept while it is imported. Defaults to the system's folder for temporary files."""
    demo: bool = False
    """Serve the demo pages under /demo/."""
    collector_url: str | None = None
    """A collector to forward POST /track and POST /click to. Without one, the API does not serve them."""


class MailSettings(_Part):
    host: str | None = None
    """The SMTP server that sends e-mail. Without it, none is sent."""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    """``tls`` from the first byte (port 465), ``starttls`` after a greeting, or ``none``: a server on this machine."""
    user: str | None = None
    password: SecretStr | None = None
    sender: str | None = None
    """The sender of e-mail, e.g. stats@example.com. Required if ``host`` is set."""


class AlertSettings(_Part):
    allow_private_targets: bool = False
    """Let webhooks reach addresses that are not public: this machine and private networks."""


class CliSettings(_Part):
    api_url: str | None = None
    """The API that commands use. Defaults to the one of the login, or else the one that ``up`` runs on this machine."""
    api_key: SecretStr | None = None
    """An API key, in place of a login."""


class Settings(BaseSettings):
    """All settings. Frozen; unknown keys are rejected."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    data_dir: Path = Path("data")
    web_dir: Path = Path(__file__).parent.parent / "services" / "web" / "dist"
    """The output of `npm run build`: the tracker, the dashboard, the demo pages and the country database."""
    log: LogSettings = LogSettings()
    install: InstallSettings = InstallSettings()
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    collector: CollectorSettings = CollectorSettings()
    worker: WorkerSettings = WorkerSettings()
    api: ApiSettings = ApiSettings()
    mail: MailSettings = MailSettings()
    alerts: AlertSettings = AlertSettings()
    cli: CliSettings = CliSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The environment overrides the config file, which arrives by init together with the contents of secret files.
        if isinstance(env_settings, EnvSettingsSource):
            env_settings.env_vars = {
                name: value for name, value in env_settings.env_vars.items() if _key_by_file(name.upper()) is None
            }
        return (env_settings, init_settings)


def load_settings(config_file: Path | None = None) -> Settings:
    """Return the settings of this process.

    ``config_file`` falls back to the file named by ``PYUNIQVISIT_CONFIG``. Raises ``ConfigError``.
    """
    named = config_file or (Path(os.environ[CONFIG_FILE]) if os.environ.get(CONFIG_FILE) else None)
    _refuse_unknown_environment(os.environ)
    values = _read_file(named) if named else {}
    for key, value in _values_from_files(os.environ).items():
        _set_nested(values, key, value)
    try:
        return Settings(**values)
    except ValidationError as error:
        raise ConfigError("\n".join(_explain(e) for e in error.errors(include_input=False))) from None


def admin_password() -> str | None:
    """Return the first administrator's password, if ``PYUNIQVISIT_ADMIN_PASSWORD[_FILE]`` sets one."""
    path = os.environ.get(f"{ADMIN_PASSWORD}_FILE")
    return _read_secret(path) if path else os.environ.get(ADMIN_PASSWORD)


def environment_for_child(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment for a child, overridden by ``settings`` (``api.port`` -> text).

    Services do not need the first administrator's password, so it is left out.
    """
    ours = {PREFIX + key.upper().replace(".", "__"): value for key, value in settings.items()}
    unwanted = {ADMIN_PASSWORD, f"{ADMIN_PASSWORD}_FILE"} | {f"{name}_FILE" for name in ours}
    return {name: value for name, value in os.environ.items() if name not in unwanted} | ours


def without_settings(environment: Mapping[str, str], keys: Collection[str]) -> dict[str, str]:
    """Return ``environment`` without the settings ``keys`` (``database.url``) that a process does not need."""
    names = {PREFIX + key.upper().replace(".", "__") for key in keys}
    unwanted = names | {f"{name}_FILE" for name in names}
    return {name: value for name, value in environment.items() if name.upper() not in unwanted}


def required_secret(value: SecretStr | None, key: str) -> str:
    """Return the secret's text. Raises ``ConfigError`` with ``key`` if it is missing, short or a placeholder."""
    text = value.get_secret_value() if value else ""
    variable = PREFIX + key.upper().replace(".", "__")
    if not text:
        raise ConfigError(f"{key}: missing secret; set {variable} or {variable}_FILE")
    if PLACEHOLDER.match(text):
        raise ConfigError(f"{key}: still the placeholder; set {variable} to a random value")
    if len(text) < MIN_SECRET_LENGTH:
        raise ConfigError(f"{key}: shorter than {MIN_SECRET_LENGTH} characters")
    return text


def required_url(value: SecretStr | None, key: str) -> str:
    """Return the connection URL's text. Raises ``ConfigError`` that names ``key`` when it is missing."""
    if value is None or not value.get_secret_value():
        raise ConfigError(f"{key}: missing; set {PREFIX + key.upper().replace('.', '__')}")
    return value.get_secret_value()


def database_url(settings: DatabaseSettings) -> str:
    """Return the database URL, including ``database.password`` if given. Raises ``ConfigError``."""
    url = required_url(settings.url, "database.url")
    if settings.password is None:
        return url
    scheme, _, rest = url.partition("://")
    user, at, host = rest.rpartition("@")
    if not at or ":" in user:
        raise ConfigError("database.password: database.url must then name a user and no password")
    return f"{scheme}://{user}:{quote(settings.password.get_secret_value(), safe='')}@{host}"


def _read_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: must hold keys and values")
    return values


def _refuse_unknown_environment(environ: Mapping[str, str]) -> None:
    known = {name.upper() for name in Settings.model_fields} | {
        "CONFIG",
        "ADMIN_PASSWORD",
        "ADMIN_PASSWORD_FILE",
    }
    for name in environ:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).split("__")[0] not in known:
            raise ConfigError(f"{name}: unknown setting in the environment")


def _values_from_files(environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Every ``PYUNIQVISIT_…_FILE`` that is not itself a setting, as key path -> the file's text."""
    named = ((_key_by_file(name), path) for name, path in environ.items())
    return {key: _read_secret(path) for key, path in named if key}


def _key_by_file(name: str) -> tuple[str, ...] | None:
    """The key whose value is in the file that this variable names; None for every other variable."""
    if not (name.startswith(PREFIX) and name.endswith("_FILE")) or name == f"{ADMIN_PASSWORD}_FILE":
        return None
    keys = tuple(name.removeprefix(PREFIX).lower().split("__"))
    return None if _is_setting(keys) else (*keys[:-1], keys[-1].removesuffix("_file"))


def _is_setting(keys: tuple[str, ...]) -> bool:
    model: Any = Settings
    for key in keys:
        field = getattr(model, "model_fields", {}).get(key)
        if field is None:
            return False
        model = field.annotation
    return True


def _set_nested(values: dict[str, Any], keys: tuple[str, ...], value: str) -> None:
    for key in keys[:-1]:
        values = values.setdefault(key, {})
    values[keys[-1]] = value


def _read_secret(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None


def _explain(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"])
    return f"{key}: unknown key" if error["type"] == "extra_forbidden" else f"{key}: {error['msg']}"
