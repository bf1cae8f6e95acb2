"""What services write: all of it into a log file each, warnings and errors to the terminal as well."""

import json
from collections.abc import Callable
from pathlib import Path

MAX_LOG_BYTES = 10 << 20
_LOUD = frozenset({"warning", "error", "critical"})


class LogFile:
    """Lines appended to a file; when it is full it becomes ``….1`` and a new one begins."""

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
    """``path``, free for a new file: what was there is now ``….1``."""
    if path.exists():
        path.replace(path.with_name(path.name + ".1"))
    return path


def for_terminal(line: bytes) -> str | None:
    """What of a line is worth the operator's attention now: its message, or None.

    Our services write JSON; anything else is a traceback, or the one line about why a process cannot start.
    """
    text = line.decode("utf-8", "replace").strip()
    try:
        entry = json.loads(text)
    except ValueError:
        return text or None
    if not isinstance(entry, dict) or entry.get("level") not in _LOUD:
        return None
    details = [f"{key}={entry[key]}" for key in ("error", "reason", "dependency") if entry.get(key)]
    return " ".join([str(entry.get("message") or entry.get("event") or text), *details])


class Output:
    """Takes the lines of one service. What is worth showing waits until ``release``: a service that does not start
    has its last words said by whoever started it, and only once."""

    def __init__(self, log: LogFile, say: Callable[[str], None]) -> None:
        self._log = log
        self._say = say
        self._held: list[str] | None = []

    @property
    def log_path(self) -> Path:
        return self._log.path

    @property
    def last_words(self) -> str:
        return self._held[-1] if self._held else ""

    def take(self, line: bytes) -> None:
        self._log.write(line)
        if (shown := for_terminal(line)) is None:
            return
        if self._held is None:
            self._say(shown)
        else:
            self._held.append(shown)

    def release(self) -> None:
        held, self._held = self._held or [], None
        for shown in held:
            self._say(shown)

    def close(self) -> None:
        self._log.close()
