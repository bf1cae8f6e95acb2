"""Bot rules, and the settings of a site for bots."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class BotPolicy(StrEnum):
    SEPARATE = "separate"
    """Bot visits are stored separately and not included in any numbers of visitors."""
    COUNT = "count"
    """Bot visits count like others: for sites that bots visit on purpose, such as the demo site."""


class Rule(StrEnum):
    """A bot rule. The ids are stored and never change."""

    EMPTY = "ua:empty"
    MALFORMED = "ua:malformed"
    HEADLESS = "ua:headless"
    AI_CRAWLER = "ua:ai-crawler"
    MONITOR = "ua:monitor"
    PREVIEW = "ua:preview"
    FEED_READER = "ua:feed-reader"
    HTTP_LIBRARY = "ua:http-library"
    SCANNER = "ua:scanner"
    CRAWLER = "ua:crawler"
    WEBDRIVER = "hint:webdriver"
    DATACENTER = "network:datacenter"
    SPAM = "referrer:spam"
    RATE = "behavior:rate"
    PATHS = "behavior:paths"
    LIFETIME_PATHS = "behavior:lifetime-paths"
    MODEL = "model"
    MANUAL = "manual"


RULES: Mapping[Rule, str] = MappingProxyType(
    {
        Rule.EMPTY: "No user agent",
        Rule.MALFORMED: "Malformed user agent",
        Rule.HEADLESS: "Headless browser",
        Rule.AI_CRAWLER: "AI crawler",
        Rule.MONITOR: "Uptime or performance monitor",
        Rule.PREVIEW: "Link preview",
        Rule.FEED_READER: "Feed reader",
        Rule.HTTP_LIBRARY: "HTTP library",
        Rule.SCANNER: "Vulnerability scanner",
        Rule.CRAWLER: "Crawler",
        Rule.WEBDRIVER: "Automated browser (webdriver)",
        Rule.DATACENTER: "Data center network",
        Rule.SPAM: "Referrer spam",
        Rule.RATE: "Too many events in a minute",
        Rule.PATHS: "Too many different pages within 15 minutes",
        Rule.LIFETIME_PATHS: "Too many different pages without reading them",
        Rule.MODEL: "Unusual behavior (model)",
        Rule.MANUAL: "Blocked by an override",
    }
)


class OverrideKind(StrEnum):
    RULE = "rule"
    """All visits that match a bot rule; the value is the rule's id."""
    NETWORK = "network"
    """A network and all networks within it; the value is like ``203.0.113.0/24``."""
    USER_AGENT = "user_agent"
    """A user agent, case-insensitive; ``*`` stands for any text."""


class OverrideAction(StrEnum):
    ALLOW = "allow"
    """The visits count as human, even if a rule matches."""
    BLOCK = "block"
    """The visits count as bots."""


class ModelUse(StrEnum):
    SHOW = "show"
    """Scores are shown and change no number."""
    APPLY = "apply"
    """Scores classify visits, as a bot rule does."""


RATE_PER_MINUTE = 60
PATHS_IN_15_MINUTES = 20
LIFETIME_PATHS = 50
