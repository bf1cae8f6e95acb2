"""Files of the web build."""

from pathlib import Path


class NotBuiltError(Exception):
    """The web build, or the wanted part of it, is not there."""


def find_file(folder: Path, name: str) -> Path | None:
    """The file ``name`` below ``folder``, or None; also None for what lies outside or is hidden.

    Raises ``NotBuiltError`` when there is no such folder.
    """
    if not folder.is_dir():
        raise NotBuiltError(folder.name)
    if "\0" in name or any(part.startswith(".") for part in name.split("/")):
        return None
    root = folder.resolve()
    try:
        path = (root / name).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None
    except OSError:  # longer than any file's name
        return None


def read_page(folder: Path, name: str) -> str | None:
    """The text of an HTML page, or None. Raises ``NotBuiltError``."""
    path = find_file(folder, name)
    return path.read_text(encoding="utf-8") if path else None
