"""Markdown tables."""

from collections.abc import Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table. All columns except the first are right-aligned, unless there are only two."""
    marks = ["---", *("---:" if len(heads) > 2 else "---" for _ in heads[1:])]
    return "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in (heads, marks, *rows))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
