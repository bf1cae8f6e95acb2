"""Event ids made from the lines themselves, so that a line that comes again is known."""

from hashlib import blake2b

_MINUTE_MS = 60_000
_REMEMBERED_MINUTES = 60


class LineIds:
    """Ids of the lines of one file.

    Of identical lines in one file, each counts: the k-th has an id of its own. The same line from the same place of
    another import, or from a rotated copy, has the same id again, and so is not counted twice.
    """

    def __init__(self, site: str) -> None:
        name = site.encode()
        self._start = blake2b(len(name).to_bytes(4, "big") + name, digest_size=16)
        self._seen: dict[int, dict[bytes, int]] = {}
        self._newest = 0

    def next(self, line: bytes, time: int) -> str:
        """32 hex digits for ``line``, whose time (epoch ms) is ``time``."""
        minute = time // _MINUTE_MS
        # Identical lines have the same time, and so lie together: an hour of log is all that must be remembered.
        if minute > self._newest:
            self._newest = minute
            for old in [known for known in self._seen if known < minute - _REMEMBERED_MINUTES]:
                del self._seen[old]
        digest = self._start.copy()
        digest.update(line)
        seen = self._seen.setdefault(minute, {})
        count = seen[digest.digest()] = seen.get(digest.digest(), -1) + 1
        digest.update(b"\n" + count.to_bytes(8, "big"))  # no line holds a line feed: nothing else hashes to this
        return digest.hexdigest()
