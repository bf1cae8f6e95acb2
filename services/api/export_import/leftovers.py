"""Files of imports whose process was killed: nothing else would take a site's visits off the disk again."""

import tempfile
from datetime import timedelta
from pathlib import Path

import structlog

PREFIX = "pyuniqvisit-import-"
SUFFIX = ".parquet"
_NOBODYS = timedelta(days=1)
"""Another API may import from the same folder right now, but none for so long."""
_log = structlog.get_logger()


def remove_leftovers(folder: Path | None, now: float) -> int:
    """Says how many there were. ``folder``: None for where the system keeps temporary files. ``now``: epoch seconds by
    the clock of the file system, which stamps the files.
    """
    removed = 0
    for path in (folder or Path(tempfile.gettempdir())).glob(f"{PREFIX}*{SUFFIX}"):
        try:
            if now - path.stat().st_mtime > _NOBODYS.total_seconds():
                path.unlink()
                removed += 1
        except OSError as error:
            _log.warning("file of an import not removed", file=str(path), error=type(error).__name__)
    return removed
