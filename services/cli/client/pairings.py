"""The sites that this machine is paired with: their private keys, in a file that nobody else can read."""

import contextlib
import fcntl
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from services.cli.client.private_file import make_folder, replace_file


@dataclass(frozen=True)
class Pairing:
    api: str
    """The API's address, without a slash at its end."""
    site: str
    public_key: str
    """64 hexadecimal digits, like the private one."""
    private_key: str = field(repr=False)


class Pairings:
    """Those kept in ``folder``. The folder is made with mode 0700, the file with 0600."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / "pairings.json"

    def all(self) -> list[Pairing]:
        """None where the file is not there, or is not what it should be."""
        try:
            return [Pairing(**each) for each in json.loads(self.path.read_text(encoding="utf-8"))]
        except (FileNotFoundError, ValueError, TypeError):
            return []

    def of_site(self, site: str) -> list[Pairing]:
        return [each for each in self.all() if each.site == site]

    def keep(self, pairing: Pairing) -> None:
        """In place of an earlier one with that site of that API."""
        with self._locked():
            others = [each for each in self.all() if (each.api, each.site) != (pairing.api, pairing.site)]
            self._write([*others, pairing])

    def forget(self, site: str) -> int:
        """How many were forgotten."""
        with self._locked():
            every = self.all()
            kept = [each for each in every if each.site != site]
            self._write(kept)
        return len(every) - len(kept)

    def _write(self, pairings: list[Pairing]) -> None:
        replace_file(self.path, json.dumps([asdict(each) for each in pairings]))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        make_folder(self._folder)
        with (self._folder / "pairings.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
