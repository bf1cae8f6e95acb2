"""The generated secrets of an install, stored in a file that only its owner can read."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from services.cli.errors import CliError


@dataclass(frozen=True)
class Secrets:
    database_password: str
    jwt_secret: str

    def __repr__(self) -> str:
        return "Secrets(…)"


def read_secrets(path: Path) -> Secrets:
    """Return the stored secrets. Raises ``CliError`` for a damaged file, or ``OSError``."""
    try:
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise CliError(f"{path}: damaged; restore it from a backup") from None


def ensure_secrets(path: Path, generate: Callable[[], str]) -> Secrets:
    """Return the secrets in ``path``; generate them, with mode 0600, if there is no file. Raises ``CliError``."""
    try:
        if not path.exists():
            _write(path, Secrets(generate(), generate()))
        return read_secrets(path)
    except OSError as error:
        raise CliError(f"{path}: {error.strerror}") from None


def _write(path: Path, secrets: Secrets) -> None:
    """Write atomically and to disk: a database whose password is lost could not be opened again."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(secrets), file)
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
