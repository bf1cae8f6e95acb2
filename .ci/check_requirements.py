"""Check that deploy/requirements*.txt have exactly the packages, versions and hashes of poetry.lock.

Also checks that poetry.lock has every dependency in pyproject.toml. Needs only Python.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

EXPORTS = {
    "requirements.txt": {"main"},
    "requirements-api.txt": {"main", "statistics", "transfers"},
    "requirements-worker.txt": {"main", "statistics", "insights"},
    "requirements-up.txt": {"main", "statistics", "transfers", "insights", "embedded", "build"},
    "requirements-dev.txt": {"main", "statistics", "transfers", "insights", "embedded", "build", "dev"},
    "requirements-node.txt": {"node"},
}
_REMEDY = "run `make lock`"


class Pin(NamedTuple):
    version: str
    hashes: frozenset[str]


def normalized(name: str) -> str:
    """Return a package's name as normalized by PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: Mapping[str, Any], groups: set[str]) -> dict[str, Pin]:
    return {
        normalized(package["name"]): Pin(package["version"], frozenset(file["hash"] for file in package["files"]))
        for package in lock["package"]
        if not package["optional"] and groups & set(package["groups"])
    }


def exported(text: str) -> dict[str, Pin]:
    """Return the pins of a requirements file: `name[extra]==version ; marker \\` and indented hashes."""
    found = {}
    for entry in text.replace("\\\n", " ").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", entry):
            hashes = frozenset(re.findall(r"--hash=(\S+)", entry))
            found[normalized(match[1])] = Pin(match[2], hashes)
        elif entry.strip() and not entry.startswith("#"):
            found[entry.strip()] = Pin("", frozenset())  # not part of an export: reported as a difference
    return found


def differences(file: str, found: Mapping[str, Pin], wanted: Mapping[str, Pin]) -> Iterator[str]:
    for name in sorted(found.keys() | wanted.keys()):
        if name not in found:
            yield f"{file}: {name} is missing"
        elif name not in wanted:
            yield f"{file}: {name} is not in poetry.lock for these groups"
        elif found[name].version != wanted[name].version:
            yield f"{file}: {name} is {found[name].version}, poetry.lock has {wanted[name].version}"
        elif found[name].hashes != wanted[name].hashes:
            yield f"{file}: the hashes of {name} are not those of poetry.lock"


def unlocked(project: Mapping[str, Any], lock: Mapping[str, Any]) -> Iterator[str]:
    named = {"main": [re.split(r"[\s\[(<>=!~;]", text)[0] for text in project["project"]["dependencies"]]}
    for group, content in project["tool"]["poetry"]["group"].items():
        named[group] = list(content["dependencies"])
    for group, names in named.items():
        known = locked(lock, {group})
        for name in names:
            if normalized(name) not in known:
                yield f"poetry.lock: {name} of group {group} is missing"


def problems(root: Path) -> Iterator[str]:
    lock = tomllib.loads((root / "poetry.lock").read_text())
    yield from unlocked(tomllib.loads((root / "pyproject.toml").read_text()), lock)
    for file, groups in EXPORTS.items():
        path = root / "deploy" / file
        if path.exists():
            yield from differences(file, exported(path.read_text()), locked(lock, groups))
        else:
            yield f"{file} is missing"


def main(root: Path) -> int:
    found = list(problems(root))
    for line in found:
        print(line, file=sys.stderr)  # noqa: T201
    if found:
        print(_REMEDY, file=sys.stderr)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
