"""Secrets come from files that ``…_FILE`` variables name."""

from pathlib import Path

import pytest

from common.config import ConfigError, database_url, load_settings


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text("from the file\n")
    return file


def test_a_secret_is_read_from_the_file_that_its_variable_names(secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYUNIQVISIT_DATABASE__URL", "postgresql://user@host/name")
    monkeypatch.setenv("PYUNIQVISIT_DATABASE__PASSWORD_FILE", str(secret))
    assert database_url(load_settings().database) == "postgresql://user:from%20the%20file@host/name"


def test_the_variable_itself_wins_over_the_file(secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYUNIQVISIT_API__JWT_SECRET", "from the environment")
    monkeypatch.setenv("PYUNIQVISIT_API__JWT_SECRET_FILE", str(secret))
    found = load_settings().api.jwt_secret
    assert found is not None
    assert found.get_secret_value() == "from the environment"


def test_the_file_wins_over_the_configuration(secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = tmp_path / "config.yml"
    configuration.write_text("api: {jwt_secret: from the configuration}")
    monkeypatch.setenv("PYUNIQVISIT_API__JWT_SECRET_FILE", str(secret))
    found = load_settings(configuration).api.jwt_secret
    assert found is not None
    assert found.get_secret_value() == "from the file"


def test_a_setting_whose_own_name_ends_in_file_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYUNIQVISIT_COLLECTOR__REGISTRY_FILE", "/nowhere/registry.json")
    assert load_settings().collector.registry_file == Path("/nowhere/registry.json")


def test_a_file_for_a_setting_that_does_not_exist_is_refused_by_name(
    secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYUNIQVISIT_API__NO_SUCH_FILE", str(secret))
    with pytest.raises(ConfigError, match=r"api\.no_such: unknown key"):
        load_settings()


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYUNIQVISIT_API__JWT_SECRET_FILE", str(tmp_path / "absent"))
    with pytest.raises(ConfigError, match="absent: No such file"):
        load_settings()
