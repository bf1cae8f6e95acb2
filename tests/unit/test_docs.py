"""What the documentation tells people to type, to set and to look at is there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from pydantic import BaseModel

from common.config import ADMIN_PASSWORD, CONFIG_FILE, PREFIX, Settings
from services.cli.main import cli
from tests.chaos.faults import FAULTS

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "deploy" / "README.md"]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
COMMAND = re.compile(
    r"`pyuniqvisit (?P<inline>[^`]+)`|^(?:docker compose [\w -]+ )?pyuniqvisit (?P<line>.+)$", re.MULTILINE
)
CODE = re.compile(r"`([^`\n]+)`")
SETTING = re.compile(rf"(?:{'|'.join(Settings.model_fields)})(?:\.[a-z_]+)+")
VARIABLE = re.compile(rf"\b{PREFIX}[A-Z_]+")
NO_SETTINGS = {ADMIN_PASSWORD, CONFIG_FILE}
PLACEHOLDERS = {"COMMAND", "…"}


def typed() -> Iterator[tuple[str, list[str]]]:
    """Each command line, and where it stands."""
    for page in PAGES:
        for found in COMMAND.finditer(page.read_text(encoding="utf-8")):
            line = found["inline"] or found["line"]
            words = shlex.split(line, comments=True)
            ends = [n for n, word in enumerate(words) if word in {"|", ">", "<", "&&"}]
            yield f"{page.name}: {line.strip()}", words[: min(ends, default=len(words))]


def parsed(words: list[str]) -> None:
    """Raises ``click.UsageError`` for what the command line does not know."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, *words = words
        if name not in command.commands:
            raise click.UsageError(f"no command {name}")
        command = command.commands[name]
    if words and words != ["--help"]:
        _, rest, _ = command.make_parser(click.Context(command)).parse_args(list(words))
        if rest:
            raise click.UsageError(f"it takes no {rest}")


@pytest.mark.parametrize(("line", "words"), [pytest.param(*each, id=each[0]) for each in typed()])
def test_every_command_line_is_understood(line: str, words: list[str]) -> None:
    if not PLACEHOLDERS & set(words):
        parsed(words)


def settings_in(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        part = field.annotation
        yield before + name
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield from settings_in(part, f"{before}{name}.")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_setting_that_is_named_is_one(page: Path) -> None:
    known = set(settings_in(Settings))  # type: ignore[arg-type]
    text = page.read_text(encoding="utf-8")
    named = {code for code in CODE.findall(text) if SETTING.fullmatch(code)}
    named -= {code for code in named if code.endswith((".py", ".sql"))}
    variables = {name.removesuffix("_FILE") for name in VARIABLE.findall(text)} - NO_SETTINGS
    named |= {name.removeprefix(PREFIX).lower().replace("__", ".") for name in variables}
    assert named - known == set()


def test_every_test_fault_place_and_profile_that_operations_name_is_there() -> None:
    tests = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert set(re.findall(r"\btest_\w+\.py", OPERATIONS)) <= tests
    places = {code for code in CODE.findall(OPERATIONS) if re.match(r"(?:deploy|tests|docs|services|common)/", code)}
    assert {place for place in places if not (ROOT / place).exists() and place != "deploy/secrets"} == set()
    faults = {fault for only in re.findall(r"--only '([^']+)'", OPERATIONS) for fault in only.split(",")}
    assert faults <= set(FAULTS)
    compose: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    profiles = {profile for service in compose["services"].values() for profile in service.get("profiles", ())}
    assert set(re.findall(r"--profile (\w+)", OPERATIONS)) <= profiles


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    typed = [*CODE.findall(text), *"".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines()]
    assert {found[1] for each in typed if (found := re.match(r"make ([a-z-]+)", each))} <= targets
