"""Revisions declare when they may be applied, and comply with it."""

import re
from importlib import import_module
from importlib.resources import files
from types import SimpleNamespace

import pytest
from alembic.script import ScriptDirectory

from common.store.migrate import Phase, newest_revision
from common.store.migrations.revision import statements

FIRST_RELEASE = {"0001"}
"""No earlier release runs next to it."""
_REMOVES = re.compile(
    r"\b(drop (table|column|view)|rename (to|column)|set not null|alter column \w+ (set data )?type)\b"
)


def revisions():
    folder = files("common.store.migrations.versions")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".py") and file.name != "__init__.py":
            text = file.read_text(encoding="utf-8")
            sql_file = folder / file.name.replace(".py", ".sql")
            module = import_module(f"common.store.migrations.versions.{file.name.removesuffix('.py')}")
            sql = sql_file.read_text(encoding="utf-8") if sql_file.is_file() else module.SQL
            yield file.name[:4], text, re.sub(r"--.*", "", sql)


def test_every_revision_declares_its_phase():
    for name, text, _ in revisions():
        assert re.search(r'^phase = "(pre|post)"$', text, re.MULTILINE), name


def test_pre_revision_removes_nothing_that_previous_version_uses():
    for name, text, sql in revisions():
        if 'phase = "pre"' in text and name not in FIRST_RELEASE:
            assert not _REMOVES.search(sql), f"{name}: belongs into a post revision"


@pytest.mark.parametrize(
    ("phases", "pre"),
    [
        ("pre", 1),
        ("pre pre", 2),
        ("pre pre post", 2),
        ("pre post post", 1),
        ("pre post pre", 3),
        ("pre post pre post", 3),
    ],
)
def test_pre_phase_excludes_trailing_post_revisions(monkeypatch, phases, pre):
    revisions_so_far = [
        SimpleNamespace(revision=str(number), module=SimpleNamespace(phase=phase))
        for number, phase in enumerate(phases.split(), 1)
    ]
    directory = SimpleNamespace(walk_revisions=lambda: reversed(revisions_so_far))
    monkeypatch.setattr(ScriptDirectory, "from_config", lambda _: directory)
    assert newest_revision(Phase.PRE) == str(pre)
    assert newest_revision() == str(len(revisions_so_far))


def test_file_is_split_into_statements():
    text = """
        -- One; with a comment.
        create table a (b text default 'x;''y');
        /* Two; */ do $make$ begin perform 1; end $make$;
        create function f() returns void language sql as $$ select 1; select 2 $$;
        select 1 as "a;b" -- the last; without an end
    """
    assert [statement.splitlines()[-1].strip()[:20] for statement in statements(text)] == [
        "create table a (b te",
        "/* Two; */ do $make$",
        "create function f() ",
        'select 1 as "a;b" --',
    ]
    assert list(statements("select 1; -- and no more\n")) == ["select 1;"]


def test_statements_of_revisions_stay_whole():
    for name, _, sql in revisions():
        found = list(statements(sql))
        assert "".join("".join(found).split()) == "".join(sql.split()), name
        for statement in found:
            assert re.match(r"(create|alter|drop|insert|update|delete|do|revoke|grant|select|comment)\b", statement), (
                name
            )
            assert statement.count("$$") % 2 == 0, name
