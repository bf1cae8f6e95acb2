"""What a revision's Python half needs: running its SQL half."""

from importlib.resources import files

from alembic import op


def run_sql(name: str) -> None:
    """Runs one ``.sql`` file of ``versions/`` as it is, many statements at once, in the migration's transaction."""
    text = (files("common.store.migrations.versions") / name).read_text(encoding="utf-8")
    adapted = op.get_bind().connection.dbapi_connection
    adapted.run_async(lambda connection: connection.execute(text))  # type: ignore[union-attr]
