"""Values as people read them."""

from collections.abc import Sequence

_HIDDEN = "\N{REPLACEMENT CHARACTER}"


def cell(value: object) -> str:
    """A value in one line. Texts that strangers made, like the path of a page, cannot steer the terminal."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(cell, value)) or "-"
    if isinstance(value, dict):
        return ", ".join(f"{cell(key)}={cell(each)}" for key, each in value.items()) or "-"
    return printable(str(value))


def printable(text: str) -> str:
    return "".join(character if character.isprintable() else _HIDDEN for character in text)


def duration(seconds: float) -> str:
    """As in ``1h 02m``, ``3m 07s``, ``12s``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h {minutes:02}m"
    return f"{minutes}m {rest:02}s" if minutes else f"{rest}s"


def percent(value: float) -> str:
    return f"{value:.0f}%"
