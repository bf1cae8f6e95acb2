"""Names, pages and sources of the generated site: values with their weights."""

from dataclasses import dataclass

HOSTS = ("shop.example", "www.shop.example")

COUNTRIES = (
    "DE", "US", "GB", "FR", "AT", "CH", "NL", "IT", "ES", "PL", "IN", "CA", "BR", "BE", "SE", "AU", "DK", "CZ",
    "JP", "NO", "TR", "FI", "PT", "IE", "MX", "HU", "RO", "GR", "ID", "UA", "KR", "SG", "ZA", "AR", "IL", "TW",
    "PH", "VN", "TH", "MY", "HK", "NZ", "CL", "CO", "SK", "BG", "HR", "SI", "LT", "LV", "EE", "LU", "AE", "SA",
    "EG", "NG", "KE", "PK", "BD", "LK", "MA", "DZ", "TN", "PE", "EC", "UY", "VE", "CR", "PA", "DO", "GT", "RS",
    "BA", "MK", "AL", "ME", "MD", "GE", "AM", "AZ", "KZ", "UZ", "BY", "IS", "MT", "CY", "JO", "LB", "KW", "QA",
    "OM", "BH", "IQ", "NP", "MM", "KH", "GH", "PS", "SN", "CI",
)  # fmt: skip
"""100 countries, the one with the most visitors first."""

LANGUAGES = {
    "DE": "de-DE", "US": "en-US", "GB": "en-GB", "FR": "fr-FR", "AT": "de-AT", "CH": "de-CH", "NL": "nl-NL",
    "IT": "it-IT", "ES": "es-ES", "PL": "pl-PL", "IN": "en-IN", "CA": "en-CA", "BR": "pt-BR", "BE": "nl-BE",
    "SE": "sv-SE", "AU": "en-AU", "DK": "da-DK", "CZ": "cs-CZ", "JP": "ja-JP", "NO": "nb-NO", "TR": "tr-TR",
    "FI": "fi-FI", "PT": "pt-PT", "IE": "en-IE", "MX": "es-MX", "HU": "hu-HU", "RO": "ro-RO", "GR": "el-GR",
    "ID": "id-ID", "UA": "uk-UA", "KR": "ko-KR", "TW": "zh-TW", "VN": "vi-VN", "TH": "th-TH", "AR": "es-AR",
    "IL": "he-IL", "SK": "sk-SK", "BG": "bg-BG", "HR": "hr-HR", "SI": "sl-SI", "LT": "lt-LT", "HK": "zh-HK",
}  # fmt: skip
ELSEWHERE = "en-US"


@dataclass(frozen=True, slots=True)
class BrowserAgent:
    """A browser on a system. ``newest``: its version in the first month; a new one is released every month."""

    browser: str
    newest: int
    os: str
    os_version: str
    device: str
    weight: float
    text: str
    """The user agent, with ``{0}`` for the version."""


_WEBKIT = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{{0}}.0.0.0 {}Safari/537.36"
_GECKO = "Mozilla/5.0 ({}; rv:{{0}}.0) Gecko/20100101 Firefox/{{0}}.0"
_WINDOWS, _MAC, _LINUX = "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "


def _android(version: int) -> str:
    return _WEBKIT.format(f"Linux; Android {version}; K", "Mobile ")


AGENTS = (
    BrowserAgent("Chrome", 131, "Windows", "10", "Desktop", 21, _WEBKIT.format(_WINDOWS, "")),
    BrowserAgent("Chrome", 131, "macOS", "10.15", "Desktop", 7, _WEBKIT.format(_MAC, "")),
    BrowserAgent("Chrome", 131, "Linux", "", "Desktop", 1.6, _WEBKIT.format(_LINUX, "")),
    BrowserAgent("Chrome", 131, "Android", "15", "Mobile", 11, _android(15)),
    BrowserAgent("Chrome", 131, "Android", "14", "Mobile", 6, _android(14)),
    BrowserAgent("Chrome", 131, "Android", "13", "Mobile", 3, _android(13)),
    BrowserAgent("Chrome", 131, "iOS", "18.5", "Mobile", 1.5, _IPHONE + "CriOS/{0}.0.0.0 Mobile/15E148 Safari/604.1"),
    BrowserAgent("Chrome", 131, "Chrome OS", "", "Desktop", 0.7, _WEBKIT.format("X11; CrOS x86_64 14541.0.0", "")),
    BrowserAgent("Safari", 17, "iOS", "18.5", "Mobile", 15, _IPHONE + "Version/{0}.0 Mobile/15E148 Safari/604.1"),
    BrowserAgent("Safari", 17, "iOS", "17.6", "Mobile", 4, _IPHONE + "Version/{0}.1 Mobile/15E148 Safari/604.1"),
    BrowserAgent("Safari", 17, "iPadOS", "18.5", "Tablet", 2.2, _IPHONE + "Version/{0}.2 Mobile/15E148 Safari/604.1"),
    BrowserAgent("Safari", 17, "macOS", "10.15", "Desktop", 5, "Mozilla/5.0 (Macintosh) Version/{0}.0 Safari/605.1.15"),
    BrowserAgent("Firefox", 132, "Windows", "10", "Desktop", 4.2, _GECKO.format(_WINDOWS)),
    BrowserAgent("Firefox", 132, "macOS", "10.15", "Desktop", 1.1, _GECKO.format(_MAC)),
    BrowserAgent("Firefox", 132, "Linux", "", "Desktop", 1.7, _GECKO.format(_LINUX)),
    BrowserAgent("Firefox", 132, "Android", "14", "Mobile", 1, _GECKO.format("Android 14; Mobile")),
    BrowserAgent("Edge", 131, "Windows", "10", "Desktop", 5.5, _WEBKIT.format(_WINDOWS, "") + " Edg/{0}.0.0.0"),
    BrowserAgent("Edge", 131, "macOS", "10.15", "Desktop", 0.6, _WEBKIT.format(_MAC, "") + " Edg/{0}.0.0.0"),
    BrowserAgent("Samsung Internet", 22, "Android", "14", "Mobile", 2.4, _android(14) + " SamsungBrowser/{0}.0"),
    BrowserAgent("Opera", 112, "Windows", "10", "Desktop", 1.1, _WEBKIT.format(_WINDOWS, "") + " OPR/{0}.0.0.0"),
    BrowserAgent("Opera", 112, "Android", "14", "Mobile", 0.5, _android(14) + " OPR/{0}.0.0.0"),
    BrowserAgent("Safari (in-app)", 17, "iOS", "18.5", "Mobile", 1.6, _IPHONE + "Mobile/{0}E148"),
    BrowserAgent("Android WebView", 131, "Android", "14", "Mobile", 1.3, _android(14) + " wv"),
    BrowserAgent("Facebook", 480, "Android", "14", "Mobile", 0.9, _android(14) + " [FBAN/FB4A;FBAV/{0}.0]"),
    BrowserAgent("Instagram", 350, "iOS", "18.5", "Mobile", 0.8, _IPHONE + "Mobile/15E148 Instagram {0}.0"),
    BrowserAgent("DuckDuckGo", 5, "Android", "14", "Mobile", 0.4, _android(14) + " DuckDuckGo/{0}"),
    BrowserAgent("Brave", 131, "Windows", "10", "Desktop", 0.5, _WEBKIT.format(_WINDOWS, "") + " Brave/{0}"),
    BrowserAgent("Vivaldi", 6, "Linux", "", "Desktop", 0.2, _WEBKIT.format(_LINUX, "") + " Vivaldi/{0}.0"),
    BrowserAgent(
        "Yandex Browser", 24, "Windows", "10", "Desktop", 0.2, _WEBKIT.format(_WINDOWS, "") + " YaBrowser/{0}.0"
    ),
    BrowserAgent("UC Browser", 13, "Android", "13", "Mobile", 0.3, _android(13) + " UCBrowser/{0}.0"),
    BrowserAgent("MiuiBrowser", 14, "Android", "13", "Mobile", 0.3, _android(13) + " XiaoMi/MiuiBrowser/{0}.0"),
    BrowserAgent("Chrome", 131, "Android", "14", "TV", 0.1, _android(14) + " SMART-TV"),
)

WIDTHS = {
    "Desktop": ((1920, 9), (1536, 5), (1440, 3), (1366, 4), (2560, 2), (1280, 2), (3440, 0.4), (1024, 0.3)),
    "Mobile": ((390, 6), (393, 5), (412, 4), (360, 4), (430, 3), (414, 2), (375, 2)),
    "Tablet": ((820, 3), (768, 2), (1024, 2)),
    "TV": ((1920, 1),),
}

BOTS = (("ua:crawler", 8.0), ("hint:webdriver", 1.0), ("ua:empty", 1.0))

SITES = (
    ("Google", "Organic Search", "https://www.google.com/", 300),
    ("Bing", "Organic Search", "https://www.bing.com/", 34),
    ("DuckDuckGo", "Organic Search", "https://duckduckgo.com/", 18),
    ("Ecosia", "Organic Search", "https://www.ecosia.org/", 7),
    ("Facebook", "Organic Social", "https://www.facebook.com/", 42),
    ("Instagram", "Organic Social", "https://l.instagram.com/", 33),
    ("LinkedIn", "Organic Social", "https://www.linkedin.com/", 21),
    ("Reddit", "Organic Social", "https://www.reddit.com/", 24),
    ("YouTube", "Organic Video", "https://www.youtube.com/", 19),
    ("ChatGPT", "AI Assistants", "https://chatgpt.com/", 16),
    ("Perplexity", "AI Assistants", "https://www.perplexity.ai/", 5),
    ("Hacker News", "Organic Social", "https://news.ycombinator.com/", 9),
)
"""Source, channel, referrer, and its visits of 1,000."""
DIRECT = 330.0
REFERRALS, SOURCES = 110.0, 500
"""Visits of 1,000 from all other sites together, and the number of these sites."""

CAMPAIGNS = (
    ("Google", "Paid Search", "google", "cpc", ("brand", "generic", "competitors", "summer-sale", "winter-sale"), 48),
    ("Facebook", "Paid Social", "facebook", "paid_social", ("lookalike", "retarget", "video-views"), 30),
    ("Newsletter", "Email", "newsletter", "email", tuple(f"issue-{number}" for number in range(1, 53)), 40),
    ("Partner Network", "Affiliates", "partner-network", "affiliate", ("spring", "summer", "autumn"), 8),
)
TERMS, CONTENTS = ("", "shoes", "running shoes", "blue shoes", "trail"), ("", "banner-a", "banner-b", "footer")

EVENTS = (
    ("Signup", 30.0), ("Add to cart", 120), ("Purchase", 25), ("Search", 200), ("Newsletter", 12), ("Video play", 60),
    ("Download", 22), ("Contact", 9), ("Login", 80), ("Filter", 140), ("Share", 11), ("Wishlist", 34),
)  # fmt: skip
PROPS = (b'{"plan": "free"}', b'{"plan": "pro"}', b'{"plan": "team", "seats": 5}', b'{"currency": "EUR"}', None)
LINKS = 200

SECTIONS = ("blog", "products", "docs", "guides", "category", "help")
ADJECTIVES = ("quick", "simple", "complete", "modern", "hidden", "daily", "open", "small", "bright", "practical", "new")
NOUNS = (
    "shoes",
    "jackets",
    "routes",
    "maps",
    "recipes",
    "bikes",
    "tents",
    "cameras",
    "plans",
    "gifts",
    "tools",
    "lamps",
)
SYLLABLES = ("bel", "dor", "fen", "gar", "hal", "kir", "lun", "mor", "nor", "pel", "ros", "stad", "tor", "vin", "wal")
