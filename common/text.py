"""Clean text from clients for storage and for CSV."""

import re

_FORMULA = re.compile("[\\s\ufeff\u200b-\u200f\u2060]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""What spreadsheets evaluate as a formula, including full-width signs. Some spreadsheets ignore leading spaces."""
_UNWANTED = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def clean_text(value: str, limit: int) -> str:
    """Remove control characters and lone surrogates, and cut to ``limit`` characters."""
    if not value.isascii() or not value.isprintable():
        value = _UNWANTED.sub("", value)
    return value[:limit]


def escape_formula(value: str) -> str:
    """Escape a CSV cell that a spreadsheet would evaluate: any visitor can request a page named ``=HYPERLINK(…)``."""
    return f"'{value}" if _FORMULA.match(value) else value
