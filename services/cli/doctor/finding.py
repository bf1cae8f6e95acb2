from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    about: str
    level: Level
    text: str
    advice: str = ""
    """What to do, where something is to be done."""


def ok(about: str, text: str) -> Finding:
    return Finding(about, Level.OK, text)


def warning(about: str, text: str, advice: str) -> Finding:
    return Finding(about, Level.WARNING, text, advice)


def problem(about: str, text: str, advice: str) -> Finding:
    return Finding(about, Level.PROBLEM, text, advice)
