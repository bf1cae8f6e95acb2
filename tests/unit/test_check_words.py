"""`.ci/check_words.py` finds words, names and phrases, and prints where they are."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "check_words.py"


@pytest.fixture(scope="module")
def check_words() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_words", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["check_words"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The days are made anew.", ["anew"]),
        ("def test_whoever_is_told() -> None:", ["whoever", "told"]),
        ("const letIn = useOverrides();", ["let In"]),
        ("class FastLane:", ["Lane"]),
        ("# a number that is in\n#   doubt", ["in doubt"]),
        ("-- what the worker\n-- lets\n-- in", ["lets in"]),
        ("Redis is away", ["is away"]),
        ("the behaviour of a bot", ["behaviour"]),
        ("BEHAVIOUR_LIMITS = 3", ["BEHAVIOUR"]),
        ("a cache hit, and hit a limit, hit the database", []),
        ("It tells bots apart; a lane's end", ["tells", "lane"]),
        ("The worker retries the batch after a deadlock.", []),
        ("planes, foretell, behold, lifetime, unlike", []),
    ],
)
def test_words_are_found_in_prose_names_and_across_lines(check_words: ModuleType, text: str, words: list[str]) -> None:
    assert [found.word for found in check_words.find_words(text)] == words


def test_a_finding_has_its_line_and_a_better_word(check_words: ModuleType) -> None:
    [found] = check_words.find_words("first\n\nthe days of a\nguest\n")
    assert (found.line, found.word, found.better) == (4, "guest", "visitor, anonymous user")


def test_a_file_name_is_checked_and_an_allowed_word_is_not_printed(
    check_words: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "patience.py").write_text("nobody = 1\nanew = 2\n", encoding="utf-8")
    monkeypatch.setattr(check_words, "ROOT", tmp_path)
    monkeypatch.setattr(check_words, "tracked_files", lambda _: ["patience.py"])
    monkeypatch.setattr(check_words, "ALLOWED", (check_words.Allowed("*.py", "nobody", "the user of that name"),))
    assert check_words.main([]) == 1
    assert capsys.readouterr().out == ("patience.py:2: anew → again, rebuild\npatience.py:0: patience → backoff\n")
    (tmp_path / "patience.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(check_words, "ALLOWED", (check_words.Allowed("*.py", "patience", "a game"),))
    assert check_words.main([]) == 0


@pytest.mark.parametrize(
    ("path", "checked"),
    [
        ("services/api/app.py", True),
        ("Makefile", True),
        ("docs/index.md", True),
        ("poetry.lock", False),
        ("services/web/dashboard/src/i18n/de.ts", False),
        ("docs/dashboard.png", False),
        (".ci/check_words.py", False),
    ],
)
def test_text_files_are_checked_but_not_generated_or_german_ones(
    check_words: ModuleType, path: str, checked: bool
) -> None:
    assert check_words.is_checked(path) is checked


def test_allowed_entries_have_a_reason(check_words: ModuleType) -> None:
    assert all(entry.reason for entry in check_words.ALLOWED)
