"""Texts from outside, made fit for the store."""

import re

_UNWANTED = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def clean_text(value: str, limit: int) -> str:
    """``value`` without control characters and lone surrogates, at most ``limit`` characters."""
    if not value.isascii() or not value.isprintable():
        value = _UNWANTED.sub("", value)
    return value[:limit]
