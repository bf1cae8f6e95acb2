"""Texts from outside, made fit for the store."""

import re

_FORMULA = re.compile("[\\s\ufeff\u200b-\u200f\u2060]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""What spreadsheets compute, also in the wide signs of East Asian keyboards. Some of them drop the blanks before it."""
_UNWANTED = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def clean_text(value: str, limit: int) -> str:
    """``value`` without control characters and lone surrogates, at most ``limit`` characters."""
    if not value.isascii() or not value.isprintable():
        value = _UNWANTED.sub("", value)
    return value[:limit]


def escape_formula(value: str) -> str:
    """For a cell of CSV. Anybody can visit a page called ``=HYPERLINK(…)``: what a spreadsheet would take for a formula
    is made a text."""
    return f"'{value}" if _FORMULA.match(value) else value
