"""Services that cannot start: one line with the reason, and an exit code."""

import subprocess
import sys

import pytest

from services.cli.embedded import EmbeddedPostgres, EmbeddedValkey

SECRET = "a secret of the tests, 32 letters or more"


def start(service: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"services.{service}"],
        env={f"PYUNIQVISIT_{name}": value for name, value in settings.items()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("service", ["api", "worker"])
@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("postgresql://unknown@127.0.0.1:1/none", "refused"),
        ("wrong password", "password authentication failed"),
        ("no tables", "run the migrations first"),
    ],
)
def test_unusable_database_is_reported_in_one_line(
    service: str, database: str, words: str, postgres: EmbeddedPostgres, valkey: EmbeddedValkey
):
    right = postgres.database_url("postgres")
    url = {"no tables": right, "wrong password": right.replace("postgres:a", "postgres:b", 1)}.get(database, database)

    ended = start(service, DATABASE__URL=url, REDIS__URL=valkey.url, API__JWT_SECRET=SECRET)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{service}: ")
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


def test_missing_secret_is_reported():
    ended = start("api", DATABASE__URL="postgresql://x@127.0.0.1:1/x", REDIS__URL="redis://127.0.0.1:1")

    assert (ended.returncode, ended.stderr.startswith("api: api.jwt_secret: missing secret")) == (1, True)
