"""The files of an import: opened, and put in the order of what they hold."""

import contextlib
import itertools
import sys
from collections.abc import Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import cast

from services.cli.errors import CliError
from services.cli.import_log.lines import read_lines
from services.cli.import_log.parser import parse_line

STDIN = "-"
_LOOK_AT = 1_000


@contextlib.contextmanager
def open_log(name: str) -> Iterator[BufferedReader]:
    """Raises ``CliError``."""
    if name == STDIN:
        yield cast(BufferedReader, sys.stdin.buffer)
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise CliError(f"{name}: {error.strerror}") from None
    with stream:
        yield stream


def oldest_first(names: Sequence[str]) -> list[str]:
    """Rotated logs in the order of their first times, however the shell sorted them; standard input comes last."""
    return sorted(names, key=lambda name: (name == STDIN, 0 if name == STDIN else _first_time(name)))


def total_bytes(names: Sequence[str]) -> int | None:
    """None when standard input is among them."""
    return None if STDIN in names else sum(Path(name).stat().st_size for name in names)


def _first_time(name: str) -> int:
    with open_log(name) as stream:
        for line in itertools.islice(read_lines(stream, name, lambda _count: None), _LOOK_AT):
            if parsed := parse_line(line):
                return parsed.time
    return 0
