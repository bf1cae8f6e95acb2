"""Texts from outside, made fit for the store."""

import re

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_UNWANTED = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def clean_text(value: str, limit: int) -> str:
    """``value`` without control characters and lone surrogates, at most ``limit`` characters."""
    if not value.isascii() or not value.isprintable():
        value = _UNWANTED.sub("", value)
    return value[:limit]


def no_formula(value: str) -> str:
    """For a cell of CSV. Anybody can visit a page called ``=HYPERLINK(…)``: what a spreadsheet would take for a formula
    is made a text."""
    return f"'{value}" if value.startswith(_FORMULAS) else value
