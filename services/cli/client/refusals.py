"""From an answer that says no to one plain line and an exit code."""

import json
from typing import Any

from services.cli.client.transport import Answer
from services.cli.errors import CliError, NotAllowedError, NotFoundError, UnreachableError

SECOND_FACTOR_NEEDED = "second-factor-required"
_KINDS: dict[int, type[CliError]] = {
    401: NotAllowedError,
    403: NotAllowedError,
    404: NotFoundError,
    502: UnreachableError,
    503: UnreachableError,
    504: UnreachableError,
}


def refusal(answer: Answer) -> CliError:
    """The error for an answer of status 300 or above."""
    problem = problem_of(answer)
    line = str(problem.get("detail") or problem.get("title") or "") or _without_words(answer)
    wait = answer.headers.get("retry-after", "")
    if answer.status in (429, 503) and wait.isdigit():
        line += f"; try again in {wait} s"
    return kind_of(answer.status)(" ".join(line.split()))


def kind_of(status: int) -> type[CliError]:
    return _KINDS.get(status, CliError)


def slug(answer: Answer) -> str:
    """The last word of the problem's type: which kind of problem it is."""
    return str(problem_of(answer).get("type", "")).rpartition(":")[2]


def problem_of(answer: Answer) -> dict[str, Any]:
    """The problem document; empty where a proxy, say, answered with a page of its own."""
    try:
        document = json.loads(answer.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _without_words(answer: Answer) -> str:
    if 300 <= answer.status < 400:
        return f"the server sends elsewhere ({answer.headers.get('location', 'nowhere')}); log in there with --api"
    return f"the server answers with status {answer.status}"
