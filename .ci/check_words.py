"""Find words and names that plain technical English does not use, and print what to write instead.

Reads every tracked text file: names, strings, comments, documentation, catalogs and test names. `snake_case` and
`camelCase` names are split into words first, and a phrase is found across a line break.

    python .ci/check_words.py [--summary] [PATH ...]

Prints `file:line: word → better` and exits with 1 if it found anything. To accept a word in one place, add an entry
with its reason to ALLOWED.
"""

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]

SUFFIXES = {
    ".py", ".sql", ".md", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".yml", ".yaml", ".toml", ".sh", ".lua",
    ".json", ".tpl", ".service", ".ini", "",
}  # fmt: skip

SKIPPED = (
    "*.lock", "*package-lock.json", "*/dist/*", "LICENSE", "deploy/requirements*", "benchmarks/results/*",
    "services/worker/*data/*", "tests/golden/*",
    "*/i18n/de*",  # German
    ".ci/check_words.py", "tests/unit/test_check_words.py", ".vale/*",  # lists of these words
)  # fmt: skip
"""Generated files, data and licenses, and the files that quote the words on purpose."""

BETTER = {
    # Relative clauses about people
    r"whoever|whomever|whosoever": "the role: user, caller, client, administrator",
    r"whom": "a sentence with subject, verb and object",
    r"somebody|anybody": "the role: a user, a caller; someone",
    r"everybody": "all users, everyone",
    r"nobody": "no user, no one, unused, unknown",
    r"those who|all who|he who|one who": "the role: users, visitors, members",
    r"stranger|strangers": "anonymous user",
    r"one's": "your, its",
    # Archaic and literary words
    r"anew|afresh": "again, rebuild",
    r"meanwhile": "while …, until then",
    r"for ever": "forever, without limit",
    r"of now": "current",
    r"beside": "next to, with",
    r"shall": "must, will",
    r"ought": "should",
    r"till": "until",
    r"upon": "on",
    r"lest|albeit|whence|thence|hence|thereof|thereby|therein|therefrom|whereupon|wherein|whereby|hitherto|henceforth":
        "a plain connective: so, because, which, until",
    r"thrice|nought|betimes|forthwith|seldom": "three times, zero, early, immediately, rarely",
    r"in vain": "without success",
    r"the like": "similar",
    r"what became of|became of": "the outcome of",
    r"to come": "next, future; forecast",
    r"reckon\w*": "calculate, estimate",
    r"mend|mends|mended|mending": "fix, repair",
    r"(?:un)?believ(?:e|es|ed|ing)": "trust, valid, stale",
    # Verbs of people where software acts
    r"(?:un)?told|tells?(?! apart)|telling": "report, notify, return, configure",
    r"sa(?:ys?|id|ying)|unsaid": "log, return, report, state",
    r"(?:is|are|was|were|be|been|being|goes|go|went|going) away": "unavailable, down, disconnect",
    r"(?:is|are|was|were|be|been|being) gone": "deleted, closed, expired, unavailable",
    r"com(?:e|es|ing) back|came back": "return, recover, reconnect",
    r"(?:take|takes|took|taken|taking) back": "allow, undo, revoke",
    r"let(?:s|ting)? (?:(?:it|them|you) )?in(?: again)?": "allow",
    r"known? of|knows of|knew of|knowing of": "know",
    r"stands?(?! for| in for| by| alone| up| out)|stood": "is, appears",
    r"lies?(?! ahead)|lay|lain": "is, falls in",
    r"break(?:s|ing)? off|broke off|broken off": "is truncated, is interrupted",
    r"wants?": "need, require, request",
    # One word for one thing (docs/glossary.md)
    r"in doubt|(?:un)?doubt\w*": "stale, uncertain",
    r"(?<!cache\x20)hits?(?! (?:the|a|an|rate|ratio)\b)": "beacon, event, page view",
    r"happenings?": "event",
    r"programmes?": "program",
    r"programs?'?": "bot; client; command",
    r"wish|wishes|wished": "override, preference, requirement",
    r"deeds?": "audit event",
    r"lanes?": "shard writer; path",
    r"patience": "backoff",
    r"chores?": "scheduled task",
    r"torn": "incomplete",
    r"opinions?": "score",
    r"habits?": "features, behavior",
    r"suspects?": "candidates",
    r"life|lives(?! in| on)": "visit history; lifetime",
    r"persons?": "visitor, user",
    r"guests?": "visitor, anonymous user",
    r"odd (?:days?|hours?|ones?)|odd": "anomaly, unusual",
    r"troubles?|troubled": "error, problem",
    r"doors?": "handlers, endpoint",
    r"barriers?": "accessibility violation",
    r"things?": "the name of the thing: item, resource, value",
    # British spelling
    r"behaviours?|behavioural|colou(?:r|rs|red|ring|rless)|favou(?:r|rs|red|rite)|honou(?:r|rs|red|ring)"
    r"|neighbou(?:r|rs|ring)|centre[sd]?|licence[sd]?|catalogues?|grey|judgement|whilst|amongst|learnt|artefacts?"
    r"|fulfil|defence|offence|practise[sd]?|labell(?:ed|ing)|travell(?:ed|ing)|modell(?:ed|ing)"
    r"|(?:normal|recogn|organ|initial|serial|optim|summar|minim|maxim|synchron|author|categor|custom|final|general|local"
    r"|memor|prior|special|standard|util|visual|anonym|pseudonym|token|canonical|capital)is(?:e[sdr]?|ing|ations?)"
    r"|analys(?:ed|ing)": "American spelling",
}  # fmt: skip
"""Pattern → what to write instead. A space in a pattern also matches a line break or the joint of a name."""


class Allowed(NamedTuple):
    path: str
    """A glob over the path from the repository's root."""
    word: str
    """A pattern for the word that was found."""
    reason: str


ALLOWED = (
    Allowed("common/identity.py", "person", "a parameter of BLAKE2"),
    Allowed("services/api/accounts/*", "person", "a parameter of BLAKE2"),
    Allowed("services/api/compat/v01dworks/bots.py", "person", "a parameter of BLAKE2"),
    Allowed("services/api/export_import/parquet_writer.py", "tell", "a method of files"),
    Allowed("common/config.py", "customise", "a method of pydantic-settings"),
    Allowed("services/cli/*", "tell", "a method of files"),
    Allowed("services/worker/ingest/ingest.py", "program", "an exception of asyncpg"),
    Allowed("tests/integration/worker/test_database_outage.py", "nobody", "the system's unprivileged user"),
    Allowed("services/cli/embedded/postgres.py", "nobody", "the system's unprivileged user"),
    Allowed("tests/integration/worker/test_database_outage.py", "nobody", "the system's unprivileged user"),
    Allowed("tests/integration/api/test_isolation.py", "program", "a keyword of PostgreSQL's COPY"),
    Allowed("tests/integration/upgrade/schema_0001/*.sql", ".*", "statements and data of an earlier release, frozen"),
)


class Finding(NamedTuple):
    line: int
    word: str
    better: str


_GROUPS = [(f"w{number}", better) for number, better in enumerate(BETTER.values())]
_PATTERN = re.compile(
    r"(?<![^\W_])(?:"
    + "|".join(
        f"(?P<{group}>{pattern.replace(' ', chr(92) + 's+')})"
        for (group, _), pattern in zip(_GROUPS, BETTER, strict=True)
    )
    + r")(?![^\W_])",
    re.IGNORECASE,
)
_BETTER_OF = dict(_GROUPS)
_JOINTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_-]")
_COMMENT = re.compile(r"^[ \t]*(?:#+|//+|\*+|--+|>+)?[ \t]*", re.MULTILINE)


def find_words(text: str) -> Iterator[Finding]:
    """Yield every finding in order. Names are split at their joints first."""
    plain = _JOINTS.sub(" ", _COMMENT.sub("", text))
    line, position = 1, 0
    for found in _PATTERN.finditer(plain):
        line += plain.count("\n", position, found.start())
        position = found.start()
        yield Finding(line, " ".join(found[0].split()), _BETTER_OF[str(found.lastgroup)])


def is_checked(path: str) -> bool:
    return Path(path).suffix in SUFFIXES and not any(fnmatch(path, pattern) for pattern in SKIPPED)


def is_allowed(path: str, word: str) -> bool:
    return any(fnmatch(path, entry.path) and re.fullmatch(entry.word, word, re.IGNORECASE) for entry in ALLOWED)


def tracked_files(paths: Sequence[str]) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *paths]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return sorted({path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()})


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Find words that plain technical English does not use.")
    parser.add_argument("--summary", action="store_true", help="print the number of findings per word")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; all of the repository by default")
    options = parser.parse_args(arguments)
    found: list[tuple[str, Finding]] = []
    for path in filter(is_checked, tracked_files(options.paths)):
        text = (ROOT / path).read_text(encoding="utf-8")
        found += [(path, each) for each in find_words(text) if not is_allowed(path, each.word)]
        found += [(path, each._replace(line=0)) for each in find_words(path) if not is_allowed(path, each.word)]
    if options.summary:
        for word, count in Counter(each.word.lower() for _, each in found).most_common():
            sys.stdout.write(f"{count:5} {word}\n")
    else:
        for path, each in found:
            sys.stdout.write(f"{path}:{each.line}: {each.word} → {each.better}\n")
    if found:
        sys.stderr.write(f"check_words: {len(found)} findings in {len({path for path, _ in found})} files\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
