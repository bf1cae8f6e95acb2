"""Browser, operating system and device, from the user agent.

ua-parser's Rust matcher recognises them; ``user_agents`` classifies the device on top of what was matched. Its own
``parse`` would go through ua-parser's old interface, which is forty times slower.
"""

import re
from typing import NamedTuple

from ua_parser import DefaultedResult, Domain, load_lazy_builtins
from ua_parser.regex import Resolver
from user_agents import parsers

from common.beacon import MAX_USER_AGENT
from common.text import clean_text
from services.worker.enrich.bot import CRAWLER, BotPatterns
from services.worker.enrich.data import load_table

_OTHER = "Other"
_MAX_NAME = 64
_MAX_VERSION = 16

_BROWSERS = {
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Android WebView",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari (in-app)",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge Mobile": "Edge",
    "Opera Mobile": "Opera",
    "IE Mobile": "IE",
    "Yandex Browser": "Yandex",
    "Google": "Google App",
    "Android": "Android Browser",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Ecosia iOS": "Ecosia",
    "Ecosia Android": "Ecosia",
}
"""One name for a browser on all devices: the device is a dimension of its own."""
_SYSTEMS = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS", "Web0S": "webOS"}

_DESKTOP_TOKENS = re.compile(
    r"X11;|Macintosh|\bWindows\b|\bWin(?:98|95|NT)|Linux (?:x86_64|i[3-6]86)|(?:Free|Open|Net)BSD|CYGWIN"
)


class UserAgentFacts(NamedTuple):
    browser: str
    browser_version: str
    """Major; for Safari major.minor, since features come with its minor versions."""
    os: str
    os_version: str
    """Major, or major.minor where the minor is not 0."""
    device: str
    bot_reason: str


class _Classified(parsers.UserAgent):  # type: ignore[misc]
    """``user_agents``' classification of a result that was matched elsewhere."""

    def __init__(self, text: str, matched: DefaultedResult) -> None:
        os, browser, device = matched.os, matched.user_agent, matched.device
        self.ua_string = text
        self.os = parsers.parse_operating_system(os.family, os.major, os.minor, os.patch, os.patch_minor)
        self.browser = parsers.parse_browser(browser.family, browser.major, browser.minor, browser.patch)
        self.device = parsers.parse_device(device.family, device.brand, device.model)


class UserAgentParser:
    """Holds the compiled patterns (0.1 s to build). Not cached: its owner does that."""

    def __init__(self, bots: BotPatterns) -> None:
        self._resolve = Resolver(load_lazy_builtins())
        self._bots = bots
        self._device_words: dict[str, list[str]] = load_table("devices")

    def parse(self, user_agent: str) -> UserAgentFacts:
        """The facts of any text at all."""
        text = clean_text(user_agent, MAX_USER_AGENT).strip()
        matched = self._resolve(text, Domain.ALL).complete().with_defaults()
        classified = _Classified(text, matched)
        browser, os = matched.user_agent, matched.os
        name = _name(browser.family, _BROWSERS)
        return UserAgentFacts(
            browser=name,
            browser_version=_version(browser.major, browser.minor if name.startswith("Safari") else None),
            os=_name(os.family, _SYSTEMS),
            os_version=_version(os.major, None if os.minor == "0" else os.minor),
            device=self._device(text, classified),
            bot_reason=self._bots.reason(text) or (CRAWLER if classified.is_bot else ""),
        )

    def _device(self, text: str, classified: _Classified) -> str:
        folded = text.lower()
        for device, words in self._device_words.items():
            if any(word in folded for word in words):
                return device
        if classified.is_tablet:
            return "Tablet"
        if classified.is_mobile:
            return "Mobile"
        return "Desktop" if classified.is_pc or _DESKTOP_TOKENS.search(text) else ""


def _name(family: str, names: dict[str, str]) -> str:
    return "" if family == _OTHER else names.get(family, family)[:_MAX_NAME]


def _version(major: str | None, minor: str | None) -> str:
    return ".".join(part for part in (major, minor) if part)[:_MAX_VERSION]
