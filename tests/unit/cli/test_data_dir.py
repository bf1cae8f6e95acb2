"""The data directory: lock, version, secrets and run record."""

import itertools
import os
import stat
from pathlib import Path

import pytest

from services.cli.errors import CliError
from services.cli.up.data_dir import LAYOUT, open_data_dir
from services.cli.up.processes import StartedProcess
from services.cli.up.run_record import RunRecord, read_run_record, write_run_record
from services.cli.up.secrets import ensure_secrets

OTHER_USERS = 0o077


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_directory_is_private(tmp_path: Path) -> None:
    with open_data_dir(tmp_path / "deep" / "data") as data:
        assert mode(data.path) == 0o700
        assert not mode(data.logs) & OTHER_USERS


def test_second_supervisor_is_refused_while_first_holds_the_lock(tmp_path: Path) -> None:
    with (
        open_data_dir(tmp_path / "data"),
        pytest.raises(CliError, match="another `pyuniqvisit up`"),
        open_data_dir(tmp_path / "data"),
    ):
        pass


def test_lock_is_released_with_its_holder(tmp_path: Path) -> None:
    for _ in range(2):
        with open_data_dir(tmp_path / "data") as data:
            assert (data.path / "version").read_text() == f"{LAYOUT}\n"


def test_directory_of_another_version_is_refused(tmp_path: Path) -> None:
    with open_data_dir(tmp_path / "data"):
        pass
    (tmp_path / "data" / "version").write_text("99\n")
    with pytest.raises(CliError, match=r"another version .*layout 99"), open_data_dir(tmp_path / "data"):
        pass


def test_directory_with_other_files_is_refused_and_not_changed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("the only copy")
    tmp_path.chmod(0o755)
    with pytest.raises(CliError, match="contains other files"), open_data_dir(tmp_path):
        pass
    assert mode(tmp_path) == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_path_that_cannot_be_created_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CliError, match="Not a directory") as error, open_data_dir(tmp_path / "file" / "data"):
        pass
    assert "\n" not in str(error.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_install_of_another_user_is_refused(tmp_path: Path) -> None:
    with open_data_dir(tmp_path / "data"):
        pass
    os.chown(tmp_path / "data" / "version", 12345, 12345)
    with pytest.raises(CliError, match="another user"), open_data_dir(tmp_path / "data"):
        pass


def test_secrets_are_generated_once_and_private(tmp_path: Path) -> None:
    numbers = itertools.count()
    path = tmp_path / "secrets.json"
    first = ensure_secrets(path, lambda: f"secret {next(numbers)}")
    again = ensure_secrets(path, lambda: pytest.fail("a second secret was generated"))
    assert first == again
    assert first.database_password != first.jwt_secret
    assert mode(path) == 0o600


def test_damaged_secrets_are_reported_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text('{"database_password": "half a f')
    with pytest.raises(CliError, match="damaged"):
        ensure_secrets(path, lambda: "new")
    assert path.read_text() == '{"database_password": "half a f'


def test_run_record_is_read_as_written(tmp_path: Path) -> None:
    processes = [StartedProcess("api", 41, "1234", 15), StartedProcess("postgres", 40, "1200", 2)]
    record = RunRecord("http://127.0.0.1:9000", tuple(processes), {"collector": "http://127.0.0.1:9001"})
    write_run_record(tmp_path / "run.json", record)
    assert read_run_record(tmp_path / "run.json") == record


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"api_url": "x", "processes": [{"pid": 1}]}', "\0"])
def test_damaged_run_record_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    assert read_run_record(tmp_path / "run.json") is None
