"""Files that nobody else can read, in the user's configuration directory."""

import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """With mode 0700, where it is not there yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def replace_file(path: Path, text: str) -> None:
    """In one step: a reader sees the old text or the new one. The file has mode 0600."""
    make_folder(path.parent)
    new = path.with_name(f"{path.stem}.{os.getpid()}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)
