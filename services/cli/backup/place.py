"""The database that a backup comes from or goes to: a running one, or the one-machine edition's, started for it."""

import contextlib
import secrets as random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from common.config import Settings, database_url, environment_for_child
from services.cli.backup.restore import Migrate
from services.cli.database import find_database
from services.cli.embedded import EmbeddedPostgres
from services.cli.up.data_dir import DataDir, open_data_dir
from services.cli.up.first_run import migrate
from services.cli.up.secrets import keep_secrets, read_secrets
from services.cli.up.servers import postgres_of


@contextlib.contextmanager
def source(settings: Settings) -> Iterator[str]:
    """The URL of the database to read: whether `up` is running or not. Raises ``CliError``."""
    data = DataDir(settings.data_dir.absolute())
    if settings.database.url is not None or not data.secrets.exists():
        yield find_database(settings)
        return
    server = postgres_of(data, read_secrets(data.secrets))
    if server.is_ready():
        yield server.database_url()
        return
    with open_data_dir(data.path), _running(server):
        yield server.database_url()


@contextlib.contextmanager
def target(settings: Settings) -> Iterator[str]:
    """The URL of the database to write; a data directory is made where there is none. Raises ``CliError``."""
    if settings.database.url is not None:
        yield database_url(settings.database)
        return
    with open_data_dir(settings.data_dir) as data:
        keys = keep_secrets(data.secrets, lambda: random.token_urlsafe(32))
        server = postgres_of(data, keys)
        with _running(server):
            server.make_database()
            yield server.database_url()


@contextlib.contextmanager
def scratch() -> Iterator[str]:
    """The URL of an empty database that is gone afterwards. Raises ``EmbeddedError``."""
    with tempfile.TemporaryDirectory(prefix="pyuniqvisit-verify-") as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedPostgres(Path(folder) / "postgres", random.token_urlsafe(32), {"fsync": "off"})
        with _running(server):
            server.make_database()
            yield server.database_url()


def migrations_of(url: str) -> Migrate:
    async def bring_up_to_date(shards: int) -> None:
        await migrate(environment_for_child({"database.url": url, "install.shards": str(shards)}))

    return bring_up_to_date


@contextlib.contextmanager
def _running(server: EmbeddedPostgres) -> Iterator[None]:
    server.start()
    try:
        yield
    finally:
        server.stop()
