"""Public names, against the lists in tests/golden/public.

When a change of a public name is intended, renew the lists and commit them with the change:
``RENEW_GOLDEN=1 pytest tests/unit/test_public_names.py``.
"""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from common.config import PREFIX, Settings
from services.api.app import ENDPOINTS
from services.api.openapi.tags import TAG_DESCRIPTIONS, Tag
from services.api.problems import PROBLEMS
from services.cli.main import cli
from services.collector.rejection_reasons import RejectionReason

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "public"
METRIC_TYPES = {"Counter", "Gauge", "Histogram"}


def operations() -> Iterator[str]:
    for each in ENDPOINTS:
        yield f"{each.method} {each.path} {each.tag} {each.operation_id}"


def audit_actions() -> Iterator[str]:
    yield from {each.audit for each in ENDPOINTS if each.audit}


def problem_types() -> Iterator[str]:
    yield from {f"{problem.slug} {problem.status}" for problem in PROBLEMS.values()}


def rejection_reasons() -> Iterator[str]:
    for each in RejectionReason:
        yield f"{each.value} {each.status}"


def metrics() -> Iterator[str]:
    for service in ("collector", "worker", "api"):
        for path in (ROOT / "services" / service).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match call:
                    case ast.Call(func=ast.Name(id=kind), args=[ast.Constant(value=str(name)), *_]) if (
                        kind in METRIC_TYPES
                    ):
                        yield f"{name} {kind.lower()}"


def settings(model: type[BaseModel] = Settings, above: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from settings(field.annotation, f"{above}{name}.")
        else:
            yield f"{above}{name} {PREFIX}{(above + name).upper().replace('.', '__')}"


def commands(command: click.Command = cli, above: str = "pyuniqvisit") -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from commands(each, f"{above} {name}")
        return
    given = [each for each in command.params if isinstance(each, click.Argument)]
    options = [each for each in command.params if isinstance(each, click.Option)]
    yield " ".join([above, *map(parameter, given), *sorted(map(parameter, options))])


def parameter(each: click.Parameter) -> str:
    if not isinstance(each, click.Option):
        return each.make_metavar(click.Context(cli))
    values = f"={'|'.join(map(str, each.type.choices))}" if isinstance(each.type, click.Choice) else ""
    return "/".join([*each.opts, *each.secondary_opts]) + values


LISTS = {
    "operations": operations,
    "audit-actions": audit_actions,
    "problem-types": problem_types,
    "rejection-reasons": rejection_reasons,
    "metrics": metrics,
    "settings": settings,
    "commands": commands,
}


@pytest.mark.parametrize("name", LISTS)
def test_public_names_are_the_pinned_ones(name):
    path = GOLDEN / f"{name}.txt"
    found = sorted(LISTS[name]())
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    assert found == path.read_text(encoding="utf-8").splitlines(), (
        f"public names changed; if that is meant: RENEW_GOLDEN=1 pytest {Path(__file__).relative_to(ROOT)}"
    )


def test_operation_ids_are_unique():
    ids = [each.operation_id for each in ENDPOINTS]
    assert len(ids) == len(set(ids))


def test_each_tag_has_one_sentence_and_at_least_one_operation():
    assert set(TAG_DESCRIPTIONS) == set(Tag) == {each.tag for each in ENDPOINTS}
    assert all(text.endswith(".") and text.count(". ") == 0 for text in TAG_DESCRIPTIONS.values())
