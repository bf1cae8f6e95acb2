"""Every threat in docs/explanation/security.md has an answer and tests, and every test and path exists."""

import re
from pathlib import Path

import pytest

from tests.unit.test_seed_coverage import functions

ROOT = Path(__file__).parents[2]
THREATS_PAGE = (ROOT / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")
TESTS_PAGE = (ROOT / "docs" / "contributing" / "security-tests.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TESTS_PAGE)))
FILES = sorted(set(re.findall(r"`((?:common|deploy|services|tests)/[\w/.-]+)`", THREATS_PAGE + TESTS_PAGE)))
ANSWERS = dict(re.findall(r"^\| \*\*(.+?)\*\*.*? \| (.*) \|$", THREATS_PAGE, re.MULTILINE))
TESTS_OF = dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.*) \|$", TESTS_PAGE, re.MULTILINE))
TESTED_BY_MAKE_CHECK = {"Weak dependencies"}


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_a_named_test_exists(file: str, name: str) -> None:
    assert name in functions(ROOT / file)


@pytest.mark.parametrize("path", FILES)
def test_a_named_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_threat_has_an_answer_and_a_test() -> None:
    assert len(ANSWERS) > 15
    assert ANSWERS.keys() == TESTS_OF.keys()
    for threat, answer in ANSWERS.items():
        assert answer, threat
        assert "`tests/" in TESTS_OF[threat] or threat in TESTED_BY_MAKE_CHECK, threat
