"""Which user agents are programs, and what kind. Patterns: ``data/bots.yml``."""

import re
from collections.abc import Mapping, Sequence

from services.worker.data import load_table

EMPTY = "ua:empty"
CRAWLER = "ua:crawler"
WEBDRIVER = "hint:webdriver"
REFERRER_SPAM = "referrer-spam"


class BotPatterns:
    """Gives the reason to call a user agent a bot. Built once; read only."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self._patterns = [
            (reason, re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.ASCII))
            for reason, patterns in table.items()
        ]

    @classmethod
    def load(cls) -> "BotPatterns":
        return cls(load_table("bots"))

    def reason(self, user_agent: str) -> str:
        """'' when no pattern matches."""
        if user_agent in ("", "-"):
            return EMPTY
        return next((reason for reason, pattern in self._patterns if pattern.search(user_agent)), "")
