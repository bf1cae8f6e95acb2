"""The visitors of the demo site: country, network, language and browser."""

# ruff: noqa: E501 - user agents are long

from random import Random
from typing import NamedTuple

from common.network import anonymize


class Country(NamedTuple):
    weight: int
    language: str
    utc_offset: int
    """Hours."""
    networks: tuple[str, ...]
    """First two numbers of addresses of large providers in the country."""


COUNTRIES = (
    Country(26, "en-US", -6, ("73.15", "98.38", "24.16", "68.80", "107.77")),
    Country(15, "en-GB", 0, ("81.151", "86.128", "90.192", "2.24")),
    Country(12, "de-DE", 1, ("91.32", "79.192", "84.128", "93.192")),
    Country(8, "fr-FR", 1, ("90.0", "86.192", "82.64")),
    Country(5, "en-CA", -5, ("24.48", "70.24", "99.224")),
    Country(5, "nl-NL", 1, ("84.80", "77.160", "62.163")),
    Country(4, "es-ES", 1, ("83.32", "80.24")),
    Country(4, "pt-BR", -3, ("177.32", "189.0", "187.64")),
    Country(4, "en-AU", 10, ("101.160", "58.160", "1.120")),
    Country(3, "it-IT", 1, ("79.0", "87.0")),
    Country(3, "sv-SE", 1, ("78.64", "81.224")),
    Country(3, "ja-JP", 9, ("126.0", "60.64", "219.160")),
    Country(3, "en-IN", 5, ("117.192", "59.88")),
    Country(2, "pl-PL", 1, ("83.0", "79.184")),
    Country(1, "nb-NO", 1, ("84.208", "88.88")),
    Country(1, "da-DK", 1, ("80.160", "87.48")),
    Country(1, "en-IE", 0, ("86.40", "78.16")),
)

_DESKTOP = (
    (30, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{c}.0.0.0 Safari/537.36"),
    (11, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{v} Safari/605.1.15"),
    (9, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{c}.0.0.0 Safari/537.36 Edg/{c}.0.0.0"),
    (8, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{c}.0.0.0 Safari/537.36"),
    (7, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{f}.0) Gecko/20100101 Firefox/{f}.0"),
    (4, "Mozilla/5.0 (X11; Linux x86_64; rv:{f}.0) Gecko/20100101 Firefox/{f}.0"),
    (3, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{c}.0.0.0 Safari/537.36"),
)  # fmt: skip
_MOBILE = (
    (24, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_{v} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{v} Mobile/15E148 Safari/604.1"),
    (20, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{c}.0.0.0 Mobile Safari/537.36"),
    (4, "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36"),
    (2, "Mozilla/5.0 (Android 15; Mobile; rv:{f}.0) Gecko/{f}.0 Firefox/{f}.0"),
)  # fmt: skip
_TABLET = (
    (3, "Mozilla/5.0 (iPad; CPU OS 18_{v} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{v} Mobile/15E148 Safari/604.1"),
)  # fmt: skip
_DEVICES = (
    *((weight, agent, (1920, 1536, 1440, 2560, 1366, 1280)) for weight, agent in _DESKTOP),
    *((weight, agent, (390, 412, 393, 360, 430)) for weight, agent in _MOBILE),
    *((weight, agent, (820, 1024)) for weight, agent in _TABLET),
)


class DemoVisitor(NamedTuple):
    visitor_id: bytes
    """16 bytes."""
    network: str
    user_agent: str
    width: int
    language: str
    utc_offset: int


def new_visitor(random: Random) -> DemoVisitor:
    """Return a visitor with a random country and device."""
    [country] = random.choices(COUNTRIES, [country.weight for country in COUNTRIES])
    [(_, agent, widths)] = random.choices(_DEVICES, [weight for weight, _, _ in _DEVICES])
    address = f"{random.choice(country.networks)}.{random.randrange(256)}.1"
    return DemoVisitor(
        visitor_id=random.randbytes(16),
        network=anonymize(address),
        user_agent=agent.format(c=random.randint(128, 142), f=random.randint(128, 145), v=random.randint(1, 6)),
        width=random.choice(widths),
        # Some browsers are set to English in every country.
        language="en-US" if random.random() < 0.12 else country.language,
        utc_offset=country.utc_offset,
    )
