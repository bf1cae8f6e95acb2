"""Output of the services: everything goes to a log file, warnings and errors also to the terminal."""

import json
from collections.abc import Callable
from pathlib import Path

MAX_LOG_BYTES = 10 << 20
_SHOWN_LEVELS = frozenset({"warning", "error", "critical"})


class LogFile:
    """A log file that is renamed to ``….1`` when it is full."""

    def __init__(self, path: Path, max_bytes: int = MAX_LOG_BYTES) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._file = path.open("ab")

    def write(self, line: bytes) -> None:
        if self._file.tell() + len(line) > self._max_bytes:
            self._file.close()
            self._file = rotated(self.path).open("ab")
        self._file.write(line)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def rotated(path: Path) -> Path:
    """Rename the file, if there is one, to ``….1`` and return its path."""
    if path.exists():
        path.replace(path.with_name(path.name + ".1"))
    return path


def terminal_message(line: bytes) -> str | None:
    """Return the message of a line that the terminal should show, else None.

    Services log JSON; other lines belong to a traceback or explain why a process cannot start.
    """
    text = line.decode("utf-8", "replace").strip()
    try:
        entry = json.loads(text)
    except ValueError:
        return text or None
    if not isinstance(entry, dict) or entry.get("level") not in _SHOWN_LEVELS:
        return None
    details = [f"{key}={entry[key]}" for key in ("error", "reason", "dependency") if entry.get(key)]
    return " ".join([str(entry.get("message") or entry.get("event") or text), *details])


class ServiceOutput:
    """The output of one service.

    Messages for the terminal are held until ``release``, because the error about a service that does not start already
    contains its last message.
    """

    def __init__(self, log: LogFile, print_line: Callable[[str], None]) -> None:
        self._log = log
        self._print_line = print_line
        self._held: list[str] | None = []

    @property
    def log_path(self) -> Path:
        return self._log.path

    @property
    def last_message(self) -> str:
        return self._held[-1] if self._held else ""

    def write(self, line: bytes) -> None:
        self._log.write(line)
        if (message := terminal_message(line)) is None:
            return
        if self._held is None:
            self._print_line(message)
        else:
            self._held.append(message)

    def release(self) -> None:
        """Show the held messages, and later ones immediately."""
        held, self._held = self._held or [], None
        for message in held:
            self._print_line(message)

    def close(self) -> None:
        self._log.close()
