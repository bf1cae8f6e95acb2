"""The embedded servers of an install, for `up`, which runs them, and for the other commands, which use them."""

from common.config import Settings
from services.cli.embedded import EmbeddedPostgres, EmbeddedValkey
from services.cli.up.data_dir import DataDir
from services.cli.up.output import MAX_LOG_BYTES, rotated
from services.cli.up.secrets import Secrets
from services.cli.up.server import Say, ServerProgram

POSTGRES, VALKEY = "postgres", "valkey"


def postgres_of(data: DataDir, secrets: Secrets) -> EmbeddedPostgres:
    return EmbeddedPostgres(data.postgres, secrets.database_password, log=data.logs / f"{POSTGRES}.log")


def embedded_servers(
    settings: Settings, data: DataDir, secrets: Secrets, say: Say
) -> tuple[list[ServerProgram], EmbeddedPostgres | None, dict[str, str]]:
    """For each URL that the settings leave out: its server, and the URL to use instead (``redis.url`` -> text).

    Valkey comes last, and so is stopped before PostgreSQL.
    """
    programs: list[ServerProgram] = []
    urls: dict[str, str] = {}
    postgres = None
    if settings.database.url is None:
        postgres = postgres_of(data, secrets)
        urls["database.url"] = postgres.database_url()
        programs.append(ServerProgram(POSTGRES, postgres, say))
    if settings.redis.url is None:
        valkey = EmbeddedValkey(data.valkey, log=data.logs / f"{VALKEY}.log")
        urls["redis.url"] = valkey.url
        programs.append(ServerProgram(VALKEY, valkey, say))
    for name in (POSTGRES, VALKEY):
        log = data.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
            rotated(log)
    return programs, postgres, urls
