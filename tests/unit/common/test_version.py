"""The version is the same everywhere."""

import tomllib
from pathlib import Path

from common.version import VERSION


def test_code_and_package_have_same_version():
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION
