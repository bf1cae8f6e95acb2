"""How well bots are recognized: by their user agent, and by the model where they pretend to be browsers.

The labeled traffic is generated: humans are the visits of ``benchmarks.traffic`` with the pauses of readers between
pages, and bots are scripts that send a browser's user agent and stay below every limit of the rules. Real bots vary
more; the numbers show that the model works, not how well it works elsewhere.
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

from benchmarks.report import ResultRow, ResultTarget, Section
from benchmarks.traffic import synthetic_beacons
from benchmarks.user_agents import make_browsers
from common.beacon import Kind
from services.worker.bots.features import MIN_PAGES, VisitorActivity, features_of
from services.worker.bots.model import VisitorModel
from services.worker.enrich.bot import BotPatterns
from services.worker.enrich.user_agent import UserAgentParser

_BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
_LINE = re.compile(r'"([^"]*)" "([^"]*)"$')


def measure(*, count: int, log: Path | None) -> list[Section]:
    """Measure with ``count`` beacons of humans, and with the user agents of the access log ``log``."""
    return [_user_agents(log), _behavior(count)]


def _user_agents(log: Path | None) -> Section:
    parser = UserAgentParser(BotPatterns.load())
    crawlers = [text for crawler in CRAWLER_USER_AGENTS_DATA for text in crawler["instances"]]
    browsers = make_browsers(Random(7), 20_000)
    rows = [
        _row("crawlers of crawler-user-agents found", _percent(parser, crawlers), ResultTarget(99.0)),
        _row("generated browsers taken for crawlers", _percent(parser, browsers), ResultTarget(0.5, at_least=False)),
    ]
    if log:
        browsers_in_log = _browsers_in(log)
        what, wrong = (
            f"browsers taken for crawlers, {len(browsers_in_log):,} of a log",
            _percent(parser, browsers_in_log),
        )
        rows.append(_row(what, wrong, ResultTarget(0.5, at_least=False)))
    return Section(f"bots by user agent: {len(crawlers):,} crawlers, {len(browsers):,} browsers", rows)


def _row(what: str, value: float, target: ResultTarget) -> ResultRow:
    return ResultRow(what=what, value=value, unit="%", target=target)


def _percent(parser: UserAgentParser, user_agents: Iterable[str]) -> float:
    found = [bool(parser.parse(text).bot_reason) for text in user_agents]
    return 100 * sum(found) / len(found)


def _browsers_in(log: Path) -> list[str]:
    """Return each user agent of a log that looks like a browser and contains neither a URL nor a crawler's word."""
    opened = gzip.open if log.suffix == ".gz" else open
    with opened(log, "rt", errors="replace") as lines:
        texts = {found[2] for line in lines if (found := _LINE.search(line.strip()))}
    own_words = re.compile(
        r"bot|crawl|spider|http|@|slurp|feed|rss|preview|archiver|\(via |favicon|phantomjs|\(compatible; (?!MSIE)",
        re.IGNORECASE,
    )
    return [text for text in texts if text.startswith(("Mozilla/5.0 (", "Opera/")) and not own_words.search(text)]


def _behavior(count: int) -> Section:
    # Seeds that were not used to develop the model.
    humans = [features_of(each) for each in _humans(count)]
    bots = [features_of(each) for each in _bots(Random(29))]
    model = VisitorModel(humans + bots)
    wrong, right = (sum(map(bool, model.scores(group))) for group in (humans, bots))
    rows = [
        _row("precision of the model", 100 * right / max(1, right + wrong), ResultTarget(90.0)),
        _row("recall of the model", 100 * right / len(bots), ResultTarget(70.0)),
        _row("humans taken for bots", 100 * wrong / len(humans), ResultTarget(0.5, at_least=False)),
    ]
    return Section(f"bots by behavior: {len(humans):,} humans, {len(bots)} bots below every limit", rows)


def _humans(count: int) -> Iterator[VisitorActivity]:
    """Yield humans with enough page views. They stay on pages as readers do: mostly short, sometimes long."""
    rng = Random(31)
    pages: dict[bytes, list[tuple[datetime, str]]] = {}
    engaged: dict[bytes, int] = {}
    done: dict[bytes, int] = {}
    for synthetic in islice(synthetic_beacons(37, at_once=1_500), count):
        who = synthetic.visitor.id
        seen = pages.setdefault(who, [])
        if synthetic.kind is Kind.PAGEVIEW:
            seen.append(
                (_next_moment(rng, seen, synthetic.referrer.startswith("https://shop.example")), synthetic.path)
            )
        elif synthetic.kind is Kind.LEAVE:
            engaged[who] = engaged.get(who, 0) + synthetic.engaged_ms
        else:
            done[who] = done.get(who, 0) + 1
    for who, seen in pages.items():
        if len(seen) >= MIN_PAGES:
            yield VisitorActivity(seen, engaged.get(who, 0), done.get(who, 0))


def _next_moment(rng: Random, seen: list[tuple[datetime, str]], goes_on: bool) -> datetime:
    if goes_on and seen:
        return seen[-1][0] + timedelta(seconds=min(1_500, rng.lognormvariate(3.4, 1.1)))
    day = max(seen[-1][0], _BEGIN) if seen else _BEGIN + timedelta(days=rng.random() * 5)
    later = day + timedelta(days=rng.expovariate(1.0)) if seen else day
    # Humans sleep: most visits begin between 8:00 and midnight.
    hour = min(23.9, max(0.0, rng.gauss(15.5, 3.5)))
    moment = later.replace(hour=0, minute=0, second=0) + timedelta(hours=hour)
    return moment if not seen or moment > seen[-1][0] + timedelta(minutes=31) else moment + timedelta(days=1)


def _bots(rng: Random) -> list[VisitorActivity]:
    """Return four scripts, twenty times each with different parameters."""
    made = []
    for _ in range(20):
        made += [_slow_scraper(rng), _price_watcher(rng), _jittery_scraper(rng), _form_filler(rng)]
    return made


def _slow_scraper(rng: Random) -> VisitorActivity:
    """Read a new page about every minute, all day: at most 16 in 15 minutes."""
    step, count = rng.uniform(56, 150), rng.randint(20, 49)
    return VisitorActivity(_ticks(rng, count, step, 0.01, step), 0, 0)


def _price_watcher(rng: Random) -> VisitorActivity:
    """Read the same few pages every half hour, day and night."""
    pages = [
        (_BEGIN + timedelta(seconds=1_900 * turn + 3 * place + rng.random()), f"/products/{place}")
        for turn in range(rng.randint(30, 90))
        for place in range(3)
    ]
    return VisitorActivity(pages, 0, 0)


def _jittery_scraper(rng: Random) -> VisitorActivity:
    """Read pages at random intervals, with a second of engagement each."""
    count = rng.randint(12, 20)
    return VisitorActivity(_ticks(rng, count, rng.uniform(4, 12), 0.5, 10), count * 1_000, 0)


def _form_filler(rng: Random) -> VisitorActivity:
    """Read eight pages within seconds and send a form from each."""
    count = rng.randint(8, 14)
    return VisitorActivity(_ticks(rng, count, rng.uniform(1, 2.5), 0.1, 5), 0, count)


def _ticks(rng: Random, count: int, step: float, jitter: float, spread: float) -> list[tuple[datetime, str]]:
    at, pages = _BEGIN + timedelta(hours=rng.random() * 24), []
    for number in range(count):
        pages.append((at, f"/products/{number:x}"))
        at += timedelta(seconds=max(0.2, step + rng.uniform(-jitter, jitter) * math.sqrt(spread)))
    return pages
