"""Which user agents are programs, and what kind, by ``data/bots.yml``."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.worker.data import load_table

EMPTY = "ua:empty"
CRAWLER = "ua:crawler"
WEBDRIVER = "hint:webdriver"
REFERRER_SPAM = "referrer-spam"


class _Signs(NamedTuple):
    reason: str
    begins: tuple[str, ...]
    contains: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]

    def match(self, text: str) -> bool:
        # Plain words first, one by one: ten times faster than the same words in one regular expression.
        return (
            text.startswith(self.begins)
            or any(word in text for word in self.contains)
            or any(pattern.search(text) for pattern in self.patterns)
        )


class BotPatterns:
    """Gives the reason to call a user agent a bot. Built once; read only."""

    def __init__(self, table: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self._signs = [
            _Signs(
                reason,
                tuple(signs.get("begins", ())),
                tuple(signs.get("contains", ())),
                tuple(re.compile(pattern, re.ASCII) for pattern in signs.get("patterns", ())),
            )
            for reason, signs in table.items()
        ]

    @classmethod
    def load(cls) -> "BotPatterns":
        return cls(load_table("bots"))

    def reason(self, user_agent: str) -> str:
        """'' when nothing matches."""
        if user_agent in ("", "-"):
            return EMPTY
        text = user_agent.lower()
        return next((signs.reason for signs in self._signs if signs.match(text)), "")
