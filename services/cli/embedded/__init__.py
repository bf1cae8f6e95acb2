"""PostgreSQL and Valkey from Python packages, run as child processes by `pyuniqvisit up` and by the tests."""

from services.cli.embedded.postgres import EmbeddedPostgres
from services.cli.embedded.server import EmbeddedError
from services.cli.embedded.valkey import EmbeddedValkey

__all__ = ["EmbeddedError", "EmbeddedPostgres", "EmbeddedValkey"]
