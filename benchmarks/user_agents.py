"""Generated user agents in the forms that browsers and crawlers send."""

from collections.abc import Callable
from random import Random

_MODELS = ("Pixel 8", "Pixel 9 Pro", "SM-S921B", "SM-A546B", "SM-G991U", "2201117TY", "CPH2581", "moto g54 5G", "V2250")
_CRAWLERS = ("Examplebot", "LinkCheckbot", "Archivebot", "Previewbot", "Pricespider", "Feedcrawler")


def _webkit(system: str, tail: str) -> str:
    return f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) {tail}"


def _chrome_version(rng: Random) -> str:
    return f"{rng.randint(109, 142)}.0.{rng.randint(5000, 7500)}.{rng.randint(1, 220)}"


def _chrome_on_windows(rng: Random) -> str:
    return _webkit("Windows NT 10.0; Win64; x64", f"Chrome/{_chrome_version(rng)} Safari/537.36")


def _chrome_on_mac(rng: Random) -> str:
    system = f"Macintosh; Intel Mac OS X 10_{rng.randint(13, 15)}_{rng.randint(0, 7)}"
    return _webkit(system, f"Chrome/{_chrome_version(rng)} Safari/537.36")


def _chrome_on_android(rng: Random) -> str:
    system = f"Linux; Android {rng.randint(10, 16)}; {rng.choice(_MODELS)}"
    return _webkit(system, f"Chrome/{_chrome_version(rng)} Mobile Safari/537.36")


def _edge(rng: Random) -> str:
    version = _chrome_version(rng)
    return _webkit("Windows NT 10.0; Win64; x64", f"Chrome/{version} Safari/537.36 Edg/{version}")


def _safari_on_iphone(rng: Random) -> str:
    major, minor = rng.randint(14, 26), rng.randint(0, 7)
    build = f"15E{rng.randint(100, 299)}"
    return (
        f"Mozilla/5.0 (iPhone; CPU iPhone OS {major}_{minor} like Mac OS X) AppleWebKit/605.1.15 "
        f"(KHTML, like Gecko) Version/{major}.{minor} Mobile/{build} Safari/604.1"
    )


def _safari_on_mac(rng: Random) -> str:
    return (
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_{rng.randint(0, 7)}) AppleWebKit/605.1.{rng.randint(1, 15)} "
        f"(KHTML, like Gecko) Version/{rng.randint(14, 26)}.{rng.randint(0, 6)} Safari/605.1.15"
    )


def _firefox(rng: Random) -> str:
    system = rng.choice(("Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Macintosh; Intel Mac OS X 10.15"))
    version = f"{rng.randint(102, 145)}.{rng.randint(0, 4)}"
    return f"Mozilla/5.0 ({system}; rv:{version}) Gecko/20100101 Firefox/{version}"


def _crawler(rng: Random) -> str:
    name = rng.choice(_CRAWLERS)
    return f"Mozilla/5.0 (compatible; {name}/{rng.randint(1, 9)}.{rng.randint(0, 9)}; +https://{name.lower()}.example/)"


_SHARES: tuple[tuple[Callable[[Random], str], int], ...] = (
    (_chrome_on_android, 36),
    (_safari_on_iphone, 22),
    (_chrome_on_windows, 20),
    (_safari_on_mac, 6),
    (_chrome_on_mac, 5),
    (_edge, 5),
    (_firefox, 4),
    (_crawler, 2),
)


def make_browsers(rng: Random, count: int) -> list[str]:
    """Return distinct user agents of browsers: ``count`` are drawn, and duplicates removed."""
    makers, weights = zip(*(share for share in _SHARES if share[0] is not _crawler), strict=True)
    return list({make(rng): None for make in rng.choices(makers, weights, k=count)})


def make_user_agents(rng: Random, count: int) -> list[str]:
    """Return ``count`` distinct user agents in about the shares of the web; two in a hundred are crawlers."""
    makers, weights = zip(*_SHARES, strict=True)
    found: dict[str, None] = {}
    while len(found) < count:
        for make in rng.choices(makers, weights, k=count):
            found[make(rng)] = None
    return list(found)[:count]
