"""Browser, operating system and device of a user agent.

The Rust matcher of ua-parser recognizes them, and ``user_agents`` classifies the device from its result. ``parse`` of
``user_agents`` would use the old interface of ua-parser, which is forty times slower.
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
"""One name of a browser for all devices, since the device is a separate dimension."""
_SYSTEMS = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS", "Web0S": "webOS"}

_DESKTOP_TOKENS = re.compile(
    r"X11;|Macintosh|\bWindows\b|\bWin(?:98|95|NT)|Linux (?:x86_64|i[3-6]86)|(?:Free|Open|Net)BSD|CYGWIN"
)


class UserAgentDetails(NamedTuple):
    browser: str
    browser_version: str
    """The major version; for Safari major.minor, because its minor versions add features."""
    os: str
    os_version: str
    """The major version, or major.minor if the minor version is not 0."""
    device: str
    bot_reason: str


class _Classified(parsers.UserAgent):  # type: ignore[misc]
    """Classification by ``user_agents`` of a result that another matcher found."""

    def __init__(self, text: str, matched: DefaultedResult) -> None:
        os, browser, device = matched.os, matched.user_agent, matched.device
        self.ua_string = text
        self.os = parsers.parse_operating_system(os.family, os.major, os.minor, os.patch, os.patch_minor)
        self.browser = parsers.parse_browser(browser.family, browser.major, browser.minor, browser.patch)
        self.device = parsers.parse_device(device.family, device.brand, device.model)


class UserAgentParser:
    """Parses user agents. Takes 0.1 s to build. Results are not cached; the caller does that."""

    def __init__(self, bots: BotPatterns) -> None:
        self._resolve = Resolver(load_lazy_builtins())
        self._bots = bots
        self._device_words: dict[str, list[str]] = load_table("devices")

    def parse(self, user_agent: str) -> UserAgentDetails:
        """Return the details of a user agent, which may be any text."""
        text = clean_text(user_agent, MAX_USER_AGENT).strip()
        matched = self._resolve(text, Domain.ALL).complete().with_defaults()
        classified = _Classified(text, matched)
        browser, os = matched.user_agent, matched.os
        name = _name(browser.family, _BROWSERS)
        return UserAgentDetails(
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
