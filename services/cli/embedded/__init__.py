"""PostgreSQL and Valkey from wheels, as child processes: for `pyuniqvisit up`, and for the tests."""

from services.cli.embedded.errors import EmbeddedError
from services.cli.embedded.postgres import EmbeddedPostgres
from services.cli.embedded.valkey import EmbeddedValkey

__all__ = ["EmbeddedError", "EmbeddedPostgres", "EmbeddedValkey"]
