"""Named SQL statements: one ``queries.sql`` per package, in blocks that begin with ``-- name: …``.

A statement takes positional parameters (``$1``), which its comment documents, or, where it has many, named ones
(``:site_id``), which ``Queries.bind`` puts into the driver's order. ``${is_bounce}`` is replaced by a fragment that
``common.visits``, ``common.metrics`` or ``common.sites`` defines once for all statements.
"""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, NamedTuple

from common import metrics, sites, visits

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
# Comments and literals are matched first, so that a colon in them is no parameter; neither is the cast `::`.
_FRAGMENTS = {**visits.SQL_FRAGMENTS, **metrics.SQL_FRAGMENTS, **sites.SQL_FRAGMENTS}
_FRAGMENT = re.compile(r"\$\{(\w+)\}")
_PARAMETER = re.compile(r"--[^\n]*|'[^']*'|::|:(?P<name>[a-z_]\w*)|(?P<number>\$\d+)")


class _Query(NamedTuple):
    text: str
    parameters: tuple[str, ...]
    """Names of the parameters in the order of their numbers; empty where the text has numbers itself."""


class Queries(Mapping[str, str]):
    """The statements, and parts of statements, of one package: name -> text with ``$1``, ``$2``, …"""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._queries = {name: _parse(text) for name, text in texts.items()}

    def __getitem__(self, name: str) -> str:
        return self._queries[name].text

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def bind(self, name: str, /, **values: Any) -> tuple[Any, ...]:
        """Return the statement ``name`` and its arguments, as asyncpg's methods take them.

        Raises ``TypeError`` when a parameter is missing or unknown.
        """
        text, parameters = self._queries[name]
        if values.keys() != set(parameters):
            raise TypeError(f"{name} takes {', '.join(parameters)}; given: {', '.join(values)}")
        return (text, *(values[parameter] for parameter in parameters))


def load_queries(package: str) -> Queries:
    """Return the statements of ``package``'s ``queries.sql``.

    Raises ``ValueError`` for a duplicate name, for text before the first name, for an unknown fragment, and for
    a statement with both numbered and named parameters.
    """
    before, *parts = _NAME.split((files(package) / "queries.sql").read_text(encoding="utf-8"))
    names, texts = parts[::2], parts[1::2]
    if before.strip() or len(set(names)) < len(names):
        raise ValueError(f"{package}: queries.sql has a name twice, or text before the first name")
    return Queries({name: text.strip() + "\n" for name, text in zip(names, texts, strict=True)})


def _parse(text: str) -> _Query:
    names: dict[str, int] = {}
    has_numbers = False

    def number(match: re.Match[str]) -> str:
        nonlocal has_numbers
        has_numbers = has_numbers or match["number"] is not None
        name = match["name"]
        return match[0] if name is None else f"${names.setdefault(name, len(names) + 1)}"

    text = _FRAGMENT.sub(lambda match: _fragment(match[1]), text)
    numbered = _PARAMETER.sub(number, text)
    if names and has_numbers:
        raise ValueError(f"has both numbered and named parameters; name all of them: {text.strip()[:200]}")
    return _Query(numbered, tuple(names))


def _fragment(name: str) -> str:
    try:
        return _FRAGMENTS[name]
    except KeyError:
        raise ValueError(f"${{{name}}}: unknown fragment; known are {', '.join(_FRAGMENTS)}") from None
