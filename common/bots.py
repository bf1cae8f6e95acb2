"""Which rules there are for telling programs from people, and what a site wants done with the programs."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class BotPolicy(StrEnum):
    SEPARATE = "separate"
    """Stored apart, and in no number about visitors."""
    COUNT = "count"
    """Counted like everybody: for sites that are visited by programs on purpose, as the demo site is."""


class Rule(StrEnum):
    """Why a visit is a program's. The ids are stored, and never change."""

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
        Rule.EMPTY: "Sends no user agent",
        Rule.MALFORMED: "Sends a user agent that no browser has",
        Rule.HEADLESS: "A browser that a program drives",
        Rule.AI_CRAWLER: "Reads for a language model",
        Rule.MONITOR: "Looks whether the site is up or fast",
        Rule.PREVIEW: "Makes the preview of a link",
        Rule.FEED_READER: "Reads a feed",
        Rule.HTTP_LIBRARY: "A program's HTTP library",
        Rule.SCANNER: "Looks for weak points",
        Rule.CRAWLER: "Calls itself a crawler",
        Rule.WEBDRIVER: "The browser says that a program drives it",
        Rule.DATACENTER: "Comes from a network of servers",
        Rule.SPAM: "Names a referrer that is known for made-up visits",
        Rule.RATE: "Does more in a minute than a person can",
        Rule.PATHS: "Looks at too many different pages within 15 minutes",
        Rule.LIFETIME_PATHS: "Looked at too many different pages, and read none of them",
        Rule.MODEL: "Behaves unlike the site's other visitors, by the model",
        Rule.MANUAL: "Blocked by hand",
    }
)


class OverrideKind(StrEnum):
    RULE = "rule"
    """All visits of which a rule says that they are programs'; the value is the rule's id."""
    NETWORK = "network"
    """A network and all within it; the value is like ``203.0.113.0/24``."""
    USER_AGENT = "user_agent"
    """A user agent as it was sent, in upper or lower case; ``*`` stands for any text."""


class OverrideAction(StrEnum):
    ALLOW = "allow"
    """The visits count, whatever the rules say."""
    BLOCK = "block"
    """The visits do not count."""


class ModelUse(StrEnum):
    SHOW = "show"
    """The model's opinion is shown, and changes no number."""
    APPLY = "apply"
    """It counts as a rule does."""


RATE_PER_MINUTE = 60
PATHS_IN_15_MINUTES = 20
LIFETIME_PATHS = 50
