"""What a revision's Python half needs: running its SQL half."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from alembic import op

_PIECES = re.compile(
    r"""--[^\n]* | /\*.*?\*/ | '(?:[^']|'')*' | "(?:[^"]|"")*" | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | (?P<end>;)""",
    re.DOTALL | re.VERBOSE,
)
"""Where a semicolon ends nothing, and where it ends a statement."""


def run_sql(name: str) -> None:
    """Run one ``.sql`` file of ``versions/`` as it is, in the migration's transaction."""
    run_statements((files("common.store.migrations.versions") / name).read_text(encoding="utf-8"))


def run_statements(text: str) -> None:
    """Run the statements of a short revision, which has them as ``SQL`` and needs no file of its own for them."""
    adapted = op.get_bind().connection.dbapi_connection
    adapted.run_async(lambda connection: execute_all(connection, text))  # type: ignore[union-attr]


async def execute_all(connection: Any, text: str) -> None:
    """Executes statements one by one: of many at once, a distributed database hands on all for each of them."""
    for statement in statements(text):
        await connection.execute(statement)


def statements(text: str) -> Iterator[str]:
    """The statements of a text, each with the comments before it."""
    begin = 0
    for piece in _PIECES.finditer(text):
        if piece["end"]:
            yield text[begin : piece.end()].strip()
            begin = piece.end()
    if re.sub(r"--[^\n]*", "", text[begin:]).strip():
        yield text[begin:].strip()
