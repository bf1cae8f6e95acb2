"""The databases of backup and restore: a running one, or the embedded one, started for the command."""

import contextlib
import secrets as random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from common.config import Settings, database_url, environment_for_child
from services.cli.backup.restore import Migrate
from services.cli.embedded import EmbeddedPostgres
from services.cli.settings import find_database
from services.cli.up.data_dir import DataDir, open_data_dir
from services.cli.up.migrate import migrate
from services.cli.up.secrets import ensure_secrets, read_secrets
from services.cli.up.servers import embedded_postgres


@contextlib.contextmanager
def source_database(settings: Settings) -> Iterator[str]:
    """Yield the URL of the database to back up; the embedded one is started if it is not running.

    Raises ``CliError``.
    """
    data = DataDir(settings.data_dir.absolute())
    if settings.database.url is not None or not data.secrets.exists():
        yield find_database(settings)
        return
    server = embedded_postgres(data, read_secrets(data.secrets))
    if server.is_ready():
        yield server.database_url()
        return
    with open_data_dir(data.path), _running(server):
        yield server.database_url()


@contextlib.contextmanager
def target_database(settings: Settings) -> Iterator[str]:
    """Yield the URL of the database to restore; a missing data directory is created. Raises ``CliError``."""
    if settings.database.url is not None:
        yield database_url(settings.database)
        return
    with open_data_dir(settings.data_dir) as data:
        stored = ensure_secrets(data.secrets, lambda: random.token_urlsafe(32))
        server = embedded_postgres(data, stored)
        with _running(server):
            server.create_database()
            yield server.database_url()


@contextlib.contextmanager
def temporary_database() -> Iterator[str]:
    """Yield the URL of an empty database that is deleted afterwards. Raises ``EmbeddedError``."""
    with tempfile.TemporaryDirectory(prefix="pyuniqvisit-verify-") as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedPostgres(Path(folder) / "postgres", random.token_urlsafe(32), {"fsync": "off"})
        with _running(server):
            server.create_database()
            yield server.database_url()


def migration_of(url: str) -> Migrate:
    """Return the function that migrates the database at ``url``."""

    async def run(shards: int) -> None:
        await migrate(environment_for_child({"database.url": url, "install.shards": str(shards)}))

    return run


@contextlib.contextmanager
def _running(server: EmbeddedPostgres) -> Iterator[None]:
    server.start()
    try:
        yield
    finally:
        server.stop()
