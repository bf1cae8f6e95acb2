"""Event ids derived from log lines, so that a repeated line is recognized."""

from hashlib import blake2b

_MINUTE_MS = 60_000
_WINDOW_MINUTES = 60


class LineIds:
    """Ids of the lines of one file.

    Identical lines in one file get different ids, so that each of them counts. When the file, or a rotated copy of it,
    is imported again, each line gets the same id as before and is not counted twice.
    """

    def __init__(self, site: str) -> None:
        name = site.encode()
        self._start = blake2b(len(name).to_bytes(4, "big") + name, digest_size=16)
        self._seen: dict[int, dict[bytes, int]] = {}
        self._newest = 0

    def next(self, line: bytes, time: int) -> str:
        """Return 32 hex digits for ``line`` at ``time`` (epoch ms)."""
        minute = time // _MINUTE_MS
        # Identical lines have the same time and are close together, so one hour of lines is enough to remember.
        if minute > self._newest:
            self._newest = minute
            for old in [known for known in self._seen if known < minute - _WINDOW_MINUTES]:
                del self._seen[old]
        digest = self._start.copy()
        digest.update(line)
        seen = self._seen.setdefault(minute, {})
        count = seen[digest.digest()] = seen.get(digest.digest(), -1) + 1
        digest.update(b"\n" + count.to_bytes(8, "big"))  # unique, because no line contains a line feed
        return digest.hexdigest()
