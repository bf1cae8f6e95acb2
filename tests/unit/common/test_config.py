"""Settings from files and the environment, and errors of invalid ones."""

from pathlib import Path

import pytest

from common.config import ConfigError, database_url, load_settings, required_secret


@pytest.fixture
def write(tmp_path: Path):
    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write_file


def test_yaml_and_toml_give_same_settings(write):
    yaml = load_settings(write("a.yml", "collector:\n  port: 9001\n  rate_limit: {burst: 7}\n"))
    toml = load_settings(write("a.toml", "[collector]\nport = 9001\nrate_limit = {burst = 7}\n"))
    assert yaml == toml
    assert (yaml.collector.port, yaml.collector.rate_limit.burst, yaml.collector.rate_limit.per_minute) == (9001, 7, 60)


def test_environment_overrides_file(write, monkeypatch):
    monkeypatch.setenv("PYUNIQVISIT_COLLECTOR__RATE_LIMIT__ENABLED", "false")
    monkeypatch.setenv("PYUNIQVISIT_COLLECTOR__PORT", "9002")
    settings = load_settings(write("a.yml", "collector: {port: 9001, rate_limit: {burst: 7}}"))
    assert (settings.collector.port, settings.collector.rate_limit.enabled) == (9002, False)
    assert settings.collector.rate_limit.burst == 7


def test_environment_names_config_file(write, monkeypatch):
    monkeypatch.setenv("PYUNIQVISIT_CONFIG", str(write("a.yml", "api: {port: 9003}")))
    assert load_settings().api.port == 9003


def test_secrets_are_read_from_files(write, monkeypatch):
    monkeypatch.setenv("PYUNIQVISIT_API__JWT_SECRET_FILE", str(write("jwt", "s" * 40 + "\n")))
    settings = load_settings()
    assert required_secret(settings.api.jwt_secret, "api.jwt_secret") == "s" * 40


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colector: {}", "colector: unknown key"),
        ("collector: {rate_limit: {brust: 1}}", "collector.rate_limit.brust: unknown key"),
        ("collector: {port: 70000}", "collector.port: "),
        ("worker: {drain_seconds: 0}", "worker.drain_seconds: "),
        ("- a list", "must hold keys and values"),
        ("a: [", "a.yml"),
    ],
)
def test_error_names_invalid_setting(write, text, message):
    with pytest.raises(ConfigError, match=message.replace(".", r"\.")):
        load_settings(write("a.yml", text))


@pytest.mark.parametrize("name", ["PYUNIQVISIT_COLECTOR__PORT", "PYUNIQVISIT_COLLECTOR__PROT"])
def test_unknown_environment_variables_are_rejected(monkeypatch, name):
    monkeypatch.setenv(name, "1")
    with pytest.raises(ConfigError, match="unknown"):
        load_settings()


def test_missing_file_gives_one_line_error(tmp_path: Path):
    with pytest.raises(ConfigError, match="No such file"):
        load_settings(tmp_path / "none.yml")


@pytest.mark.parametrize("secret", ["", "change-me", "CHANGE_ME_PLEASE_0123456789012345678", "too short", "<random>"])
def test_secrets_have_no_default_and_no_placeholder(write, secret):
    settings = load_settings(write("a.yml", f"api: {{jwt_secret: '{secret}'}}"))
    with pytest.raises(ConfigError, match=r"api\.jwt_secret") as caught:
        required_secret(settings.api.jwt_secret, "api.jwt_secret")
    assert not secret or secret not in str(caught.value)


def test_a_secret_is_never_shown(write):
    settings = load_settings(write("a.yml", f"api: {{jwt_secret: '{'s' * 40}'}}"))
    assert "ssss" not in repr(settings)


def test_the_database_password_is_put_into_its_url(write):
    settings = load_settings(write("a.yml", "database: {url: 'postgresql://uv@db:5432/uv', password: 'a b/c'}"))
    assert database_url(settings.database) == "postgresql://uv:a%20b%2Fc@db:5432/uv"


def test_settings_cannot_be_changed(write):
    settings = load_settings(write("a.yml", "{}"))
    with pytest.raises(ValueError, match="frozen"):
        settings.api.port = 1  # type: ignore[misc]
