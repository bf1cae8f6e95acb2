"""Tables for the pages."""

from collections.abc import Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """All columns but the first are numbers, but for a table of two, which are words."""
    marks = ["---", *("---:" if len(heads) > 2 else "---" for _ in heads[1:])]
    return "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in (heads, marks, *rows))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
