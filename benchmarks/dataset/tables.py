"""The pieces of rows: every value that a row can have, encoded once, with its weight."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from benchmarks.dataset import words
from benchmarks.dataset.copying import Piece, piece
from benchmarks.dataset.draws import Floats, Integers, WeightedIndex, zipf
from services.worker.enrich.screen import screen_class

PATHS, CITIES, NETWORKS = 5_000, 2_000, 65_536
_OLDER, _MONTHS = 8, 40
"""Versions of a browser that are in use at a time, and months that the tables cover."""
_REFERRING_PAGES = 3


class WeightedPieces(NamedTuple):
    """Pieces, and the probability of each."""

    pieces: Piece
    skew: WeightedIndex


@dataclass(frozen=True, slots=True)
class ValueTables:
    """All values that rows refer to by index."""

    hosts: WeightedPieces
    paths: Piece
    views: WeightedIndex
    entries: WeightedIndex
    origins: WeightedPieces
    places: WeightedPieces
    languages: Piece
    language_of: Integers
    """Of each place."""
    networks: Piece
    agents: Piece
    families: WeightedIndex
    width_choices: tuple[WeightedIndex, ...]
    """Of each family of agents."""
    width_bases: Integers
    widths: Integers
    screens: Piece
    bots: Piece
    bot_skew: WeightedIndex
    events: WeightedPieces
    links: WeightedPieces
    nothing: Piece
    """The name and properties of events without any."""

    @property
    def families_count(self) -> int:
        return len(words.AGENTS)

    def agent(self, families: Integers, month: int, lags: Integers) -> Integers:
        """Return the index of a browser in the version that was ``lags`` versions behind in ``month`` (from 0)."""
        behind = np.clip(lags, 0, _OLDER - 1)
        return families * (_OLDER + _MONTHS) + _OLDER - 1 + min(month, _MONTHS - 1) - behind

    def width(self, families: Integers, chances: Floats) -> Integers:
        """Return the index of a screen that fits the device."""
        found = np.zeros(len(families), dtype=np.int64)
        for family, skew in enumerate(self.width_choices):
            those = families == family
            found[those] = self.width_bases[family] + skew.pick(chances[those])
        return found


def make_tables() -> ValueTables:
    """Return the tables, the same at every call."""
    chance = np.random.default_rng(20_000)
    places, languages, language_of = _places(chance)
    bases, choices, widths = _widths()
    return ValueTables(
        hosts=WeightedPieces(piece((host,) for host in words.HOSTS), WeightedIndex((0.86, 0.14))),
        paths=piece((path,) for path in paths()),
        views=WeightedIndex(zipf(PATHS, 1.0, 2.0)),
        entries=WeightedIndex(zipf(PATHS, 1.15)[_loosely_sorted(chance)]),
        origins=_origins(chance),
        places=places,
        languages=languages,
        language_of=language_of,
        networks=piece((f"{a}.{b}.{c}.0/24",) for a, b, c in _networks(chance)),
        agents=piece(_agents()),
        families=WeightedIndex([agent.weight for agent in words.AGENTS]),
        width_choices=choices,
        width_bases=bases,
        widths=np.array(widths),
        screens=piece((screen_class(width),) for width in widths),
        bots=piece([("",), *((reason,) for reason, _ in words.BOTS)]),
        bot_skew=WeightedIndex([weight for _, weight in words.BOTS]),
        events=_events(),
        links=WeightedPieces(
            piece((f"https://partner-{n}.example/{words.NOUNS[n % 12]}", None) for n in range(words.LINKS)),
            WeightedIndex(zipf(words.LINKS)),
        ),
        nothing=piece([("", None)]),
    )


def paths() -> list[str]:
    """Return all pages, the most viewed first."""
    found = ["/", "/pricing", "/products", "/blog", "/cart", "/checkout", "/login", "/about", "/contact", "/search"]
    for number in range(PATHS - len(found)):
        section = words.SECTIONS[number % len(words.SECTIONS)]
        adjective = words.ADJECTIVES[number // 6 % len(words.ADJECTIVES)]
        noun = words.NOUNS[number // 66 % len(words.NOUNS)]
        found.append(f"/{section}/{adjective}-{noun}-{number}")
    return found


def _loosely_sorted(chance: np.random.Generator) -> Integers:
    """Return ranks of entry pages: popular pages have more entries, but not in the same order."""
    return np.argsort(np.argsort(np.arange(PATHS) * chance.lognormal(0, 1, PATHS)))


def _origins(chance: np.random.Generator) -> WeightedPieces:
    """Return referrer, source, channel and the five utm columns."""
    rows: list[tuple[str, ...]] = [("", "", "Direct", "", "", "", "", "")]
    weights: list[float] = [words.DIRECT]

    def add(row: tuple[str, ...], weight: float) -> None:
        rows.append(row)
        weights.append(weight)

    for source, channel, referrer, weight in words.SITES:
        add((referrer, source, channel, "", "", "", "", ""), weight)
    others = words.SOURCES - len({name for name, *_ in (*words.SITES, *words.CAMPAIGNS)}) - 1
    shares = zipf(others, 0.9)
    for number, share in enumerate(shares / shares.sum() * words.REFERRALS):
        host = f"{words.ADJECTIVES[number % 11]}-{words.NOUNS[number // 11 % 12]}-{number}.example"
        for page, part in zip(range(_REFERRING_PAGES), (0.6, 0.3, 0.1), strict=True):
            add((f"https://{host}/{page or ''}", host, "Referral", "", "", "", "", ""), share * part)
    for source, channel, name, medium, campaigns, weight in words.CAMPAIGNS:
        for campaign in campaigns:
            for term in words.TERMS if medium == "cpc" else ("",):
                for content in words.CONTENTS:
                    utm = (name, medium, campaign, term, content)
                    add(("", source, channel, *utm), weight * float(chance.lognormal(0, 1)) / len(campaigns) / 8)
    return WeightedPieces(piece(rows), WeightedIndex(weights))


def _places(chance: np.random.Generator) -> tuple[WeightedPieces, Piece, Integers]:
    """Return country, region and city; the languages, and the language of each place."""
    by_country = zipf(len(words.COUNTRIES), 1.25, 2.0)
    cities = np.maximum(1, np.rint(by_country / by_country.sum() * CITIES).astype(int))
    cities[0] += CITIES - cities.sum()
    languages = sorted({*words.LANGUAGES.values(), words.ELSEWHERE})
    rows, weights, spoken = [("", "", "")], [by_country.sum() * 0.01], [languages.index(words.ELSEWHERE)]
    names = _city_names(chance)
    for country, share, count in zip(words.COUNTRIES, by_country, cities, strict=True):
        within = zipf(int(count), 0.9)
        for number, part in enumerate(within / within.sum()):
            rows.append((country, f"{country} Region {number % 16 + 1}", names(len(rows))))
            weights.append(share * part)
            spoken.append(languages.index(words.LANGUAGES.get(country, words.ELSEWHERE)))
    return (
        WeightedPieces(piece(rows), WeightedIndex(weights)),
        piece((language,) for language in languages),
        np.array(spoken),
    )


def _city_names(chance: np.random.Generator) -> Callable[[int], str]:
    syllables = words.SYLLABLES
    offset = int(chance.integers(len(syllables)))

    def name(number: int) -> str:
        digits = number + offset
        parts = [syllables[digits % 15], syllables[digits // 15 % 15], syllables[digits // 225 % 15]]
        return "".join(parts).title()

    return name


def _networks(chance: np.random.Generator) -> list[tuple[int, int, int]]:
    numbers = chance.choice(198 << 16, NETWORKS, replace=False) + (11 << 16)
    return [(number >> 16, number >> 8 & 255, number & 255) for number in numbers.tolist()]


def _agents() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for agent in words.AGENTS:
        for version in range(agent.newest - _OLDER + 1, agent.newest + _MONTHS + 1):
            number = str(max(1, version))
            text = agent.text.format(number)
            rows.append((text, agent.browser, number, agent.os, agent.os_version, agent.device))
    return rows


def _widths() -> tuple[Integers, tuple[WeightedIndex, ...], list[int]]:
    widths: list[int] = []
    base_of: dict[str, int] = {}
    for device, choices in words.WIDTHS.items():
        base_of[device] = len(widths)
        widths += [width for width, _ in choices]
    bases = np.array([base_of[agent.device] for agent in words.AGENTS])
    skews = {device: WeightedIndex([weight for _, weight in choices]) for device, choices in words.WIDTHS.items()}
    return bases, tuple(skews[agent.device] for agent in words.AGENTS), widths


def _events() -> WeightedPieces:
    rows = [
        (name, b"\x01" + props if props else None, weight / len(words.PROPS))
        for name, weight in words.EVENTS
        for props in words.PROPS
    ]
    return WeightedPieces(
        piece((name, props) for name, props, _ in rows), WeightedIndex([weight for *_, weight in rows])
    )
