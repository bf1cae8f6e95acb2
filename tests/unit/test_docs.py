"""Commands, settings, links and paths in the documentation exist."""

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
from services.api.app import create_app
from services.api.problems import PROBLEMS
from services.cli.main import cli
from tests.chaos.faults import FAULTS
from tests.support.servers import settings_for

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    *sorted(DOCS.rglob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "deploy/README.md")),
]
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
COMMAND = re.compile(
    r"`pyuniqvisit (?P<inline>[^`]+)`|^(?:docker compose [\w -]+ |\.venv/bin/)?pyuniqvisit (?P<line>.+)$", re.MULTILINE
)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")
ROUTE = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE) (/[\w/{}.-]*)")
COLLECTOR_ROUTES = {"/collect", "/click", "/track", "/pixel.gif"}
PLACE = re.compile(r"(?:\.ci|benchmarks|common|deploy|docs|services|tests)/[\w./-]+")
SETTING = re.compile(rf"(?:{'|'.join(Settings.model_fields)})(?:\.[a-z_]+)+")
VARIABLE = re.compile(rf"\b{PREFIX}[A-Z_]+")
NO_SETTINGS = {ADMIN_PASSWORD, CONFIG_FILE}
PLACEHOLDERS = {"COMMAND", "…"}
MADE_BY_A_COMMAND = {"deploy/secrets", "deploy/secrets/admin_password.txt"}
MAXIMUM_RECORD_LINES = 60


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Yield where each command line is, and its arguments."""
    for page in PAGES:
        for found in COMMAND.finditer(page.read_text(encoding="utf-8")):
            line = found["inline"] or found["line"]
            words = shlex.split(line, comments=True)
            ends = [n for n, word in enumerate(words) if word in {"|", ">", "<", "&&"}]
            yield f"{page.name}: {line.strip()}", words[: min(ends, default=len(words))]


def parse(words: list[str]) -> None:
    """Raise ``click.UsageError`` for a command, option or argument that does not exist."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, *words = words
        if name not in command.commands:
            raise click.UsageError(f"no command {name}")
        command = command.commands[name]
    if words and words != ["--help"]:
        _, rest, _ = command.make_parser(click.Context(command)).parse_args(list(words))
        if rest:
            raise click.UsageError(f"unexpected arguments {rest}")


def anchors_of(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("line", "words"), [pytest.param(*each, id=each[0]) for each in command_lines()])
def test_every_command_line_is_valid(line: str, words: list[str]) -> None:
    if not PLACEHOLDERS & set(words):
        parse(words)


def settings_in(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        part = field.annotation
        yield before + name
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield from settings_in(part, f"{before}{name}.")


@every_page
def test_every_setting_exists(page: Path) -> None:
    known = set(settings_in(Settings))  # type: ignore[arg-type]
    text = page.read_text(encoding="utf-8")
    named = {code for code in CODE.findall(text) if SETTING.fullmatch(code)}
    named -= {code for code in named if code.endswith((".py", ".sql"))}
    variables = {name.removesuffix("_FILE") for name in VARIABLE.findall(text)} - NO_SETTINGS
    named |= {name.removeprefix(PREFIX).lower().replace("__", ".") for name in variables}
    assert named - known == set()


@every_page
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


@pytest.fixture(scope="module")
def routes() -> set[str]:
    """Return the paths of all routes, with `*` in place of each parameter."""
    app = create_app(settings_for("postgresql://unused", "redis://unused"))
    paths = {route.resource.canonical for route in app.router.routes() if route.resource is not None}
    return {re.sub(r"{\w+}", "*", path) for path in paths | COLLECTOR_ROUTES}


@every_page
def test_every_route_exists(page: Path, routes: set[str]) -> None:
    for code in CODE.findall(page.read_text(encoding="utf-8")):
        if "…" in code or not (found := ROUTE.match(code)):
            continue
        path = re.sub(r"{\w+}", "*", found[1]).replace("/sites/shop", "/sites/*").rstrip("/")
        # A table can name the common beginning of its routes in its head.
        assert any(route.endswith(path) or (route[-2:] == "/*" and path.startswith(route[:-1])) for route in routes), (
            code
        )


@every_page
def test_every_path_of_the_repository_exists(page: Path) -> None:
    named = {code for code in CODE.findall(page.read_text(encoding="utf-8")) if PLACE.fullmatch(code)}
    assert {place for place in named - MADE_BY_A_COMMAND if not (ROOT / place).exists()} == set()


@every_page
def test_every_make_target_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    typed = [*CODE.findall(text), *"".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines()]
    assert {found[1] for each in typed if (found := re.match(r"make ([a-z-]+)", each))} <= targets


def test_every_fault_and_compose_profile_exists() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    faults = {fault for only in re.findall(r"--only '([^']+)'", text) for fault in only.split(",")}
    assert faults
    assert faults <= set(FAULTS)
    compose: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    profiles = {profile for service in compose["services"].values() for profile in service.get("profiles", ())}
    assert {"monitoring", "geoip"} == set(re.findall(r"--profile (\w+)", text)) & profiles
    assert set(re.findall(r"--profile (\w+)", text)) <= profiles


def test_the_index_leads_to_every_page() -> None:
    index = DOCS / "index.md"
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall(index.read_text(encoding="utf-8"))}
    missing = set(DOCS.rglob("*.md")) - linked - set(DECISIONS) - {index}
    assert missing == set()


def test_the_page_of_problem_types_has_every_problem_and_no_other() -> None:
    page = (DOCS / "reference" / "problem-types.md").read_text(encoding="utf-8")
    documented = {(int(status), slug) for status, slug in re.findall(r"^\| (\d+) \| `([a-z-]+)`", page, re.MULTILINE)}
    assert documented == {(problem.status, problem.slug) for problem in PROBLEMS.values()} | {(500, "internal-error")}


def test_the_index_of_decisions_lists_every_record_once_and_in_order() -> None:
    index = (DOCS / "decisions" / "index.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", index) == [record.name for record in DECISIONS]
    assert [int(record.name[:4]) for record in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("record", DECISIONS, ids=lambda record: record.stem)
def test_a_decision_has_its_parts(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    number = int(record.name[:4])
    assert re.match(rf"# {number}\. .+\n\n\*\*Status:\*\* \w+.* · \*\*Date:\*\* \d{{4}}-\d\d-\d\d\n", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Given up", "Where in the code"]
    assert CODE.findall(text.partition("## Where in the code")[2])
    assert len(text.splitlines()) <= MAXIMUM_RECORD_LINES
