from random import Random

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from benchmarks.user_agents import make_browsers
from services.worker.enrich.bot import BotPatterns
from services.worker.enrich.user_agent import UserAgentParser

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
ANDROID = "Mozilla/5.0 (Linux; Android 14; {}) AppleWebKit/537.36 (KHTML, like Gecko) {}"

BROWSERS = [
    (WINDOWS, "Chrome", "140", "Windows", "10", "Desktop"),
    (WINDOWS + " Edg/140.0.0.0", "Edge", "140", "Windows", "10", "Desktop"),
    (WINDOWS + " OPR/115.0.0.0", "Opera", "115", "Windows", "10", "Desktop"),
    (MAC + "Version/17.4.1 Safari/605.1.15", "Safari", "17.4", "macOS", "10.15", "Desktop"),
    (IPHONE + "Version/18.5 Mobile/15E148 Safari/604.1", "Safari", "18.5", "iOS", "18.5", "Mobile"),
    (IPHONE + "CriOS/140.0.1.2 Mobile/15E148 Safari/604.1", "Chrome", "140", "iOS", "18.5", "Mobile"),
    (IPHONE + "FxiOS/140.0 Mobile/15E148 Safari/605.1.15", "Firefox", "140", "iOS", "18.5", "Mobile"),
    (IPHONE + "Mobile/15E148", "Safari (in-app)", "", "iOS", "18.5", "Mobile"),
    (IPHONE + "Mobile/15E148 Instagram 320.0.0.0 (iPhone14,5)", "Instagram", "320", "iOS", "18.5", "Mobile"),
    (IPHONE + "Mobile/15E148 [Pinterest/iOS]", "Pinterest", "", "iOS", "18.5", "Mobile"),
    (
        IPHONE + "Mobile/15E148 musical_ly_32.5.0 JsSdk/2.0 BytedanceWebview/d8a21c6",
        "TikTok",
        "32",
        "iOS",
        "18.5",
        "Mobile",
    ),
    (
        IPHONE + "Version/18.5 Mobile/15E148 Safari/604.1 (Ecosia ios@10.1.1.2345)",
        "Ecosia",
        "10",
        "iOS",
        "18.5",
        "Mobile",
    ),
    (ANDROID.format("K", "Chrome/140.0.0.0 Mobile Safari/537.36"), "Chrome", "140", "Android", "14", "Mobile"),
    (ANDROID.format("K", "Chrome/140.0.0.0 Safari/537.36"), "Chrome", "140", "Android", "14", "Tablet"),
    (
        ANDROID.format("CUBOT KINGKONG 9", "Chrome/140.0.0.0 Mobile Safari/537.36"),
        "Chrome",
        "140",
        "Android",
        "14",
        "Mobile",
    ),
    (
        ANDROID.format("AFTMM Build/PS7233", "Silk/108.4 like Chrome/108 Safari/537.36"),
        "Amazon Silk",
        "108",
        "Android",
        "14",
        "TV",
    ),
    (
        "Mozilla/5.0 (Android 14; Tablet; rv:140.0) Gecko/140.0 Firefox/140.0",
        "Firefox",
        "140",
        "Android",
        "14",
        "Tablet",
    ),
    (
        "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
        "Firefox",
        "140",
        "Android",
        "14",
        "Mobile",
    ),
    (
        "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 "
        "Mobile/15E148 Safari/604.1",
        "Safari",
        "17.0",
        "iOS",
        "17",
        "Tablet",
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Firefox",
        "140",
        "Linux",
        "",
        "Desktop",
    ),
    (
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
        "Safari/537.36",
        "Chrome",
        "140",
        "ChromeOS",
        "14541",
        "Desktop",
    ),
    (
        "Mozilla/5.0 (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 "
        "Safari/605.1.15",
        "Safari",
        "15.4",
        "",
        "",
        "Console",
    ),
    (
        "Mozilla/5.0 (Linux; Tizen 2.3.2; SAMSUNG SM-R760) AppleWebKit/537.3 (KHTML, like Gecko) "
        "SamsungBrowser/1.0 Mobile Safari/537.3",
        "Samsung Internet",
        "1",
        "Tizen",
        "2.3",
        "Wearable",
    ),
    (
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; Media Center PC 6.0; Tablet PC 2.0)",
        "IE",
        "8",
        "Windows",
        "7",
        "Desktop",
    ),
]

BOTS = [
    ("", "ua:empty"),
    ("   ", "ua:empty"),
    ("-", "ua:empty"),
    ("Mozilla/5.0", "ua:malformed"),
    ("Mozilla/4.0 (compatible;)", "ua:malformed"),
    ("' or 1=1 --", "ua:malformed"),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36", "ua:headless"),
    ("Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/534.34 PhantomJS/1.9.2 Safari/534.34", "ua:headless"),
    ("Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)", "ua:ai-crawler"),
    ("Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", "ua:ai-crawler"),
    ("Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", "ua:monitor"),
    ("Twitterbot/1.0", "ua:preview"),
    ("WhatsApp/2.23.20.0", "ua:preview"),
    ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "ua:preview"),
    ("Feedbin feed-id:1 - 12 subscribers", "ua:feed-reader"),
    ("curl/8.5.0", "ua:http-library"),
    ("python-requests/2.32.3", "ua:http-library"),
    ("Go-http-client/2.0", "ua:http-library"),
    ("Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7)", "ua:http-library"),
    ("Mozilla/5.0 zgrab/0.x", "ua:scanner"),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "ua:crawler"),
    (IPHONE + "Mobile Safari/604.1 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "ua:crawler"),
    ("SomethingNew/1.0 (+https://something.example/about)", "ua:crawler"),
    ("Mozilla/5.0 (compatible; Tool/1.0; ops@tool.example)", "ua:crawler"),
]


@pytest.fixture(scope="module")
def parser() -> UserAgentParser:
    return UserAgentParser(BotPatterns.load())


@pytest.mark.parametrize(("user_agent", "browser", "browser_version", "os", "os_version", "device"), BROWSERS)
def test_browser_of_human_is_recognized_and_is_no_bot(
    parser: UserAgentParser,
    user_agent: str,
    browser: str,
    browser_version: str,
    os: str,
    os_version: str,
    device: str,
) -> None:
    assert parser.parse(user_agent) == (browser, browser_version, os, os_version, device, "")


@pytest.mark.parametrize(("user_agent", "reason"), BOTS)
def test_bot_is_recognized_with_its_reason(parser: UserAgentParser, user_agent: str, reason: str) -> None:
    assert parser.parse(user_agent).bot_reason == reason


def test_spiders_known_only_to_ua_parser_are_crawlers(parser: UserAgentParser) -> None:
    unlisted = "Holmes/2.3"
    assert BotPatterns.load().reason(unlisted) == ""
    assert parser.parse(unlisted).bot_reason == "ua:crawler"


def test_only_first_512_characters_of_user_agent_count(parser: UserAgentParser) -> None:
    assert parser.parse(WINDOWS + " " * 512 + "Googlebot").bot_reason == ""


def test_known_crawlers_are_found_and_browsers_are_not(parser: UserAgentParser) -> None:
    crawlers = [text for crawler in CRAWLER_USER_AGENTS_DATA for text in crawler["instances"]]
    missed = [text for text in crawlers if not parser.parse(text).bot_reason]
    assert len(missed) <= 0.01 * len(crawlers), missed
    browsers = make_browsers(Random(1), 3_000)
    misclassified = [text for text in browsers if parser.parse(text).bot_reason]
    assert len(misclassified) <= 0.005 * len(browsers), misclassified
