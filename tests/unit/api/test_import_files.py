"""Temporary files of killed imports are removed."""

import os
from pathlib import Path

from services.api.export_import.service import TEMPORARY_PREFIX, remove_stale_import_files

NOW = 1_795_000_000.0
HOUR = 3_600


def create_file(folder: Path, name: str, hours_ago: int) -> Path:
    path = folder / name
    path.write_bytes(b"PAR1")
    os.utime(path, (NOW - hours_ago * HOUR,) * 2)
    return path


def test_only_stale_import_files_are_removed(tmp_path: Path) -> None:
    old = create_file(tmp_path, f"{TEMPORARY_PREFIX}abc.parquet", 25)
    others = [
        create_file(tmp_path, f"{TEMPORARY_PREFIX}now.parquet", 1),
        create_file(tmp_path, "other-import.parquet", 1_000),
        create_file(tmp_path, f"{TEMPORARY_PREFIX}abc.txt", 1_000),
    ]
    assert remove_stale_import_files(tmp_path, NOW) == 1
    assert not old.exists()
    assert all(other.exists() for other in others)


def test_missing_folder_is_no_error(tmp_path: Path) -> None:
    assert remove_stale_import_files(tmp_path / "nowhere", NOW) == 0
