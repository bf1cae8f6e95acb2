"""docs/security.md names only tests that there are, and one for every threat."""

import re
from pathlib import Path

import pytest

from tests.unit.test_seed_coverage import functions

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))
FILES = sorted(set(re.findall(r"`((?:common|deploy|services|tests)/[\w/.-]+)`", TEXT)))
THREATS = re.findall(r"^\| \*\*(.+?)\*\*.* \| (.+) \| (.*) \|$", TEXT, re.MULTILINE)
BY_THE_CHECK = {"Weak dependencies"}
"""No test of ours: `make check` does it."""


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_a_test_that_is_named_is_there(file: str, name: str) -> None:
    assert name in functions(ROOT / file)


@pytest.mark.parametrize("path", FILES)
def test_a_place_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_threat_has_an_answer_and_a_test() -> None:
    assert len(THREATS) > 15
    for threat, answer, tests in THREATS:
        assert answer, threat
        assert "`tests/" in tests or threat in BY_THE_CHECK, threat
