"""The release has one number."""

import tomllib
from pathlib import Path

from common.version import VERSION


def test_the_code_and_the_package_say_the_same_version():
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION
