"""What an import that was killed leaves on the disk."""

import os
from pathlib import Path

from services.api.export_import.leftovers import PREFIX, remove_leftovers

NOW = 1_795_000_000.0
HOUR = 3_600


def left(folder: Path, name: str, hours_ago: int) -> Path:
    path = folder / name
    path.write_bytes(b"PAR1")
    os.utime(path, (NOW - hours_ago * HOUR,) * 2)
    return path


def test_a_file_that_nobody_reads_any_more_is_removed_and_no_other(tmp_path: Path) -> None:
    old = left(tmp_path, f"{PREFIX}abc.parquet", 25)
    others = [
        left(tmp_path, f"{PREFIX}now.parquet", 1),
        left(tmp_path, "import-of-somebody.parquet", 1_000),
        left(tmp_path, f"{PREFIX}abc.txt", 1_000),
    ]
    assert remove_leftovers(tmp_path, NOW) == 1
    assert not old.exists()
    assert all(other.exists() for other in others)


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert remove_leftovers(tmp_path / "nowhere", NOW) == 0
