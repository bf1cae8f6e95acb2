"""The install's own secrets, made at the first start and kept in a file that only its owner reads."""

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
    """Raises ``CliError`` for a file that is not as we wrote it, and ``OSError``."""
    try:
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise CliError(f"{path}: damaged; restore it from a backup") from None


def keep_secrets(path: Path, make: Callable[[], str]) -> Secrets:
    """The secrets of ``path`` (mode 0600), each made by ``make`` where there is no file yet. Raises ``CliError``."""
    try:
        if not path.exists():
            _write(path, Secrets(make(), make()))
        return read_secrets(path)
    except OSError as error:
        raise CliError(f"{path}: {error.strerror}") from None


def _write(path: Path, secrets: Secrets) -> None:
    """All or nothing, and on disk: a database made with a password that was lost could not be opened again."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(secrets), file)
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
