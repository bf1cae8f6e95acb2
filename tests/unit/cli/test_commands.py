"""Every command has help texts, documentation and completion."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from services.cli.main import cli

DOCUMENTATION = (Path(__file__).parents[3] / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")


def commands(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))
        else:
            yield (*above, name), command


COMMANDS = list(commands(cli))


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_command_and_its_options_have_help(path: tuple[str, ...], command: click.Command):
    assert command.help
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_command_is_documented(path: tuple[str, ...], command: click.Command):
    rows = [line for line in DOCUMENTATION.splitlines() if line.startswith("| `")]
    about = [row for row in rows if len(path) == 1 or row.startswith(f"| `{path[0]} ")]
    assert any(re.search(rf"[` ]{re.escape(path[-1])}[` ]", row) for row in about)


@pytest.mark.parametrize(
    ("words", "completed"),
    [("pyuniqvisit si", "sites"), ("pyuniqvisit sites cre", "create"), ("pyuniqvisit ke", "keys")],
)
def test_tab_key_completes_commands(words: str, completed: str):
    environment = {
        "_PYUNIQVISIT_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    outcome = CliRunner().invoke(cli, prog_name="pyuniqvisit", env=environment)
    assert outcome.output == f"plain,{completed}\n"
