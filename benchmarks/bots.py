"""How well programs are told from people: by their user agent, and by the model where they call themselves browsers.

The labelled traffic is this benchmark's own: people are the visits of ``benchmarks.traffic`` with the pauses of
readers between pages, and programs are scripted ones that send a browser's user agent and stay below every limit of
the rules. Other people's programs behave otherwise; the numbers say that the model works, not how the world is.
"""

import gzip
import math
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from benchmarks.report import Row, Section, Target
from benchmarks.traffic import hits
from benchmarks.user_agents import make_browsers
from common.beacon import Kind
from services.worker.bots.habits import PAGES_AT_LEAST, Observed, habits_of
from services.worker.bots.model import Model
from services.worker.enrich.bot import BotPatterns
from services.worker.enrich.user_agent import UserAgentParser

_BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
_LINE = re.compile(r'"([^"]*)" "([^"]*)"$')


def measure(*, count: int, log: Path | None) -> list[Section]:
    """``count``: hits of people; ``log``: an access log whose user agents are looked at, too."""
    return [_user_agents(log), _behaviour(count)]


def _user_agents(log: Path | None) -> Section:
    parser = UserAgentParser(BotPatterns.load())
    crawlers = [text for crawler in CRAWLER_USER_AGENTS_DATA for text in crawler["instances"]]
    browsers = make_browsers(Random(7), 20_000)
    rows = [
        _row("crawlers found, of crawler-user-agents' own", _percent(parser, crawlers), Target(99.0)),
        _row("browsers taken for crawlers, of made-up ones", _percent(parser, browsers), Target(0.5, at_least=False)),
    ]
    if log:
        people = _people_of(log)
        what, wrong = f"browsers taken for crawlers, of {len(people):,} of a log", _percent(parser, people)
        rows.append(_row(what, wrong, Target(0.5, at_least=False)))
    return Section(f"bots by user agent: {len(crawlers):,} crawlers, {len(browsers):,} browsers", rows)


def _row(what: str, value: float, target: Target) -> Row:
    return Row(what=what, value=value, unit="%", target=target)


def _percent(parser: UserAgentParser, user_agents: Iterable[str]) -> float:
    found = [bool(parser.parse(text).bot_reason) for text in user_agents]
    return 100 * sum(found) / len(found)


def _people_of(log: Path) -> list[str]:
    """User agents of a log that say to be a browser, and neither an address nor a crawler's word. Each once."""
    opened = gzip.open if log.suffix == ".gz" else open
    with opened(log, "rt", errors="replace") as lines:
        texts = {found[2] for line in lines if (found := _LINE.search(line.strip()))}
    own_words = re.compile(
        r"bot|crawl|spider|http|@|slurp|feed|rss|preview|archiver|\(via |favicon|phantomjs|\(compatible; (?!MSIE)",
        re.IGNORECASE,
    )
    return [text for text in texts if text.startswith(("Mozilla/5.0 (", "Opera/")) and not own_words.search(text)]


def _behaviour(count: int) -> Section:
    # Other seeds than those that the model was made with.
    people = [habits_of(each) for each in _people(count)]
    programs = [habits_of(each) for each in _programs(Random(29))]
    model = Model(people + programs)
    wrong, right = (sum(map(bool, model.opinions(group))) for group in (people, programs))
    rows = [
        _row("precision of the model", 100 * right / max(1, right + wrong), Target(90.0)),
        _row("recall of the model", 100 * right / len(programs), Target(70.0)),
        _row("people taken for programs", 100 * wrong / len(people), Target(0.5, at_least=False)),
    ]
    return Section(f"bots by behaviour: {len(people):,} people, {len(programs)} programs below every limit", rows)


def _people(count: int) -> Iterator[Observed]:
    """Those of whom enough was seen. Between pages they stay as long as readers do: most a little, some for long."""
    rng = Random(31)
    pages: dict[bytes, list[tuple[datetime, str]]] = {}
    engaged: dict[bytes, int] = {}
    done: dict[bytes, int] = {}
    for hit in islice(hits(37, at_once=1_500), count):
        who = hit.visitor.id
        seen = pages.setdefault(who, [])
        if hit.kind is Kind.PAGEVIEW:
            seen.append((_next_moment(rng, seen, hit.referrer.startswith("https://shop.example")), hit.path))
        elif hit.kind is Kind.LEAVE:
            engaged[who] = engaged.get(who, 0) + hit.engaged_ms
        else:
            done[who] = done.get(who, 0) + 1
    for who, seen in pages.items():
        if len(seen) >= PAGES_AT_LEAST:
            yield Observed(seen, engaged.get(who, 0), done.get(who, 0))


def _next_moment(rng: Random, seen: list[tuple[datetime, str]], goes_on: bool) -> datetime:
    if goes_on and seen:
        return seen[-1][0] + timedelta(seconds=min(1_500, rng.lognormvariate(3.4, 1.1)))
    day = max(seen[-1][0], _BEGIN) if seen else _BEGIN + timedelta(days=rng.random() * 5)
    later = day + timedelta(days=rng.expovariate(1.0)) if seen else day
    # People sleep: most come between eight and midnight.
    hour = min(23.9, max(0.0, rng.gauss(15.5, 3.5)))
    moment = later.replace(hour=0, minute=0, second=0) + timedelta(hours=hour)
    return moment if not seen or moment > seen[-1][0] + timedelta(minutes=31) else moment + timedelta(days=1)


def _programs(rng: Random) -> list[Observed]:
    """Four scripts, twenty times each, with other numbers every time."""
    made = []
    for _ in range(20):
        made += [_slow_scraper(rng), _price_watcher(rng), _jittery_scraper(rng), _form_filler(rng)]
    return made


def _slow_scraper(rng: Random) -> Observed:
    """Another page each minute or so, by the clock, all day: at most 16 in a quarter of an hour."""
    step, count = rng.uniform(56, 150), rng.randint(20, 49)
    return Observed(_ticks(rng, count, step, 0.01, step), 0, 0)


def _price_watcher(rng: Random) -> Observed:
    """The same few pages every half hour, by night as by day."""
    pages = [
        (_BEGIN + timedelta(seconds=1_900 * turn + 3 * place + rng.random()), f"/products/{place}")
        for turn in range(rng.randint(30, 90))
        for place in range(3)
    ]
    return Observed(pages, 0, 0)


def _jittery_scraper(rng: Random) -> Observed:
    """Waits between pages as long as it likes, and pretends to read them for a second."""
    count = rng.randint(12, 20)
    return Observed(_ticks(rng, count, rng.uniform(4, 12), 0.5, 10), count * 1_000, 0)


def _form_filler(rng: Random) -> Observed:
    """Eight pages in some seconds, and a form sent from each."""
    count = rng.randint(8, 14)
    return Observed(_ticks(rng, count, rng.uniform(1, 2.5), 0.1, 5), 0, count)


def _ticks(rng: Random, count: int, step: float, jitter: float, spread: float) -> list[tuple[datetime, str]]:
    at, pages = _BEGIN + timedelta(hours=rng.random() * 24), []
    for number in range(count):
        pages.append((at, f"/products/{number:x}"))
        at += timedelta(seconds=max(0.2, step + rng.uniform(-jitter, jitter) * math.sqrt(spread)))
    return pages
