"""Named statements: how a file is read, and how arguments find their parameters."""

import sys
from pathlib import Path

import pytest

from common.store.queries import Queries, load_queries


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an importable package named ``some_package``."""
    folder = tmp_path / "some_package"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "some_package", raising=False)
    return folder


def test_each_block_is_a_statement_with_its_comment(package):
    (package / "queries.sql").write_text("-- name: one\n-- $1 site.\nselect $1\n\n-- name: two\nselect 2\n")
    assert dict(load_queries("some_package")) == {"one": "-- $1 site.\nselect $1\n", "two": "select 2\n"}


@pytest.mark.parametrize(
    "text", ["select 1\n-- name: one\nselect 1\n", "-- name: one\nselect 1\n-- name: one\nselect 2\n"]
)
def test_a_file_that_cannot_be_meant_is_refused(package, text):
    (package / "queries.sql").write_text(text)
    with pytest.raises(ValueError, match="some_package"):
        load_queries("some_package")


def test_named_parameters_become_numbers_in_the_order_in_which_they_appear():
    queries = Queries({"change": "update t set a = :a, b = :b::int where id = :id and a <> :a -- not :c\n"})
    assert queries["change"] == "update t set a = $1, b = $2::int where id = $3 and a <> $1 -- not :c\n"
    assert queries.bind("change", id=3, b=2, a=1) == (queries["change"], 1, 2, 3)


def test_statement_with_both_numbered_and_named_parameters_is_rejected():
    Queries({"one": "-- $1 is only mentioned, and so is '$2'\nselect :a"})
    with pytest.raises(ValueError, match="both numbered and named parameters"):
        Queries({"one": "select $1, :a"})


def test_a_colon_in_a_literal_or_a_cast_is_no_parameter():
    text = "select 'at :noon', x::text, now()::time >= '02:00'\n"
    queries = Queries({"now": text})
    assert queries.bind("now") == (text,)


@pytest.mark.parametrize("values", [{}, {"a": 1, "b": 2}, {"b": 1}])
def test_a_missing_or_unknown_parameter_is_named(values):
    with pytest.raises(TypeError, match="one takes a; given"):
        Queries({"one": "select :a"}).bind("one", **values)
