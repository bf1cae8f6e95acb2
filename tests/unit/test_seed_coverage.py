"""docs/contributing/seed-coverage.md names only what exists, and a place for every requirement."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "contributing" / "seed-coverage.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))
FILES = sorted(set(re.findall(r"`((?:benchmarks|common|deploy|services|tests|\.ci)/[\w/.-]+)`", TEXT)))
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith("| Requirement")
]


@cache
def functions(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_a_test_that_is_named_is_there(file: str, name: str) -> None:
    assert name in functions(ROOT / file)


@pytest.mark.parametrize("path", FILES)
def test_a_place_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_requirement_has_a_place_and_a_test() -> None:
    assert len(ROWS) > 50
    for row in ROWS:
        assert len(row) == 3, row
        assert all(row), row
        assert "`" in row[2], row
