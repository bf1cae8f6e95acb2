"""The walls between the rooms."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for room in ("common", "services")
    for path in sorted((ROOT / room).rglob("*.py"))
    if not path.is_relative_to(ROOT / "services" / "web")
]
MIGRATIONS = ROOT / "common" / "store" / "migrations"
# A statement, not a sentence: the words of SQL in the order of SQL.
SQL = re.compile(
    r"\b(select\b.+\bfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+(table|index|function|database)"
    r"|alter\s+table|drop\s+(table|database)|truncate\s+table)\b",
    re.IGNORECASE | re.DOTALL,
)


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def where(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def imports(path: Path) -> Iterator[tuple[ast.AST, str]]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, "." * node.level + (node.module or "")


def texts(path: Path) -> Iterator[ast.Constant]:
    """Every text in the code that is no docstring."""
    documentation = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node


def is_string_key_of_app(node: ast.AST) -> bool:
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
        return False
    name = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return name == "app" and isinstance(node.slice.value, str)


def test_services_share_nothing_but_common_and_common_knows_no_service():
    def is_foreign(path: Path, module: str) -> bool:
        parts = path.relative_to(ROOT).parts
        return module.startswith("services.") and (parts[0] == "common" or module.split(".")[1] != parts[1])

    assert [where(p, node) for p in SOURCES for node, module in imports(p) if is_foreign(p, module)] == []


def test_imports_are_absolute():
    assert [where(p, node) for p in SOURCES for node, module in imports(p) if module.startswith(".")] == []


def test_sql_lives_in_sql_files():
    ours = [path for path in SOURCES if not path.is_relative_to(MIGRATIONS)]
    assert [where(p, node) for p in ours for node in texts(p) if SQL.search(str(node.value))] == []


def test_only_the_configuration_reads_the_environment():
    asking = ("environ", "environb", "getenv")
    assert [
        where(path, node)
        for path in SOURCES
        if path != ROOT / "common" / "config.py"
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr in asking
    ] == []


def test_applications_are_asked_by_typed_keys_only():
    assert [where(path, node) for path in SOURCES for node in nodes(path) if is_string_key_of_app(node)] == []


def test_nothing_is_pickled():
    picklers = {"pickle", "shelve", "marshal"}
    assert [where(path, node) for path in SOURCES for node, module in imports(path) if module in picklers] == []


def test_nothing_asks_the_installed_package_which_containers_do_not_have():
    asked = "importlib.metadata"
    assert [where(path, node) for path in SOURCES for node, module in imports(path) if module == asked] == []


def test_every_service_can_be_started_as_a_module():
    assert all((ROOT / "services" / name / "__main__.py").exists() for name in ("collector", "worker", "api"))


def test_a_service_loads_nothing_that_its_image_does_not_have_or_that_it_has_no_use_for():
    heavy = {"alembic", "asyncpg", "datasketches", "jwt", "numpy", "pyarrow", "sklearn", "sqlalchemy"}
    allowed = {
        "services.collector.__main__": set(),
        "services.worker.__main__": {"asyncpg", "datasketches", "jwt", "numpy"},
        "services.api.__main__": {"asyncpg", "datasketches", "jwt", "numpy", "pyarrow"},
    }
    for module, wanted in allowed.items():
        loaded = subprocess.run(
            [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
            cwd=ROOT, capture_output=True, check=True, text=True,
        ).stdout.split()  # fmt: skip
        assert heavy.intersection(loaded) == wanted, module


def test_the_rules_find_what_they_look_for():
    assert SQL.search("select a\nfrom b")
    assert SQL.search("INSERT INTO t VALUES (1)")
    assert not SQL.search("select one of them")
    broken = ast.parse("request.app['pool']").body[0]
    assert isinstance(broken, ast.Expr)
    assert is_string_key_of_app(broken.value)
