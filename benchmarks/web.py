"""Cost of the tracker on a page, and loading time of the dashboard, in a real browser."""

import asyncio
import re
from pathlib import Path

from benchmarks.browser import find_chromium, running_chromium
from benchmarks.packed import CompressedSizes, find_node, packed
from benchmarks.processes import BenchmarkError
from benchmarks.report import ResultRow, ResultTarget, Section, over_rounds
from benchmarks.web_dashboard import DashboardLoad, first_looks
from benchmarks.web_tracker import PageLoad, page_loads
from common.config import Settings

TRACKER_BYTES = ResultTarget(1_500, at_least=False)
DASHBOARD_BYTES = ResultTarget(100_000, at_least=False)
PAINT_MS = ResultTarget(1_000, at_least=False)
NO_BROWSER = "not measured: no browser (apt-get install chromium)"
NO_NODE = "not measured: brotli of the dashboard, for there is no Node.js"
_ENTRY = re.compile(r'(?:src|href)="(/?assets/[^"]+\.(?:js|css))"')


def measure(folder: Path, *, rounds: int) -> list[Section]:
    """Measure both. Raise ``BenchmarkError`` if the web code is not built."""
    web_dir = Settings().web_dir
    script = web_dir / "uv.js"
    if not script.exists():
        raise BenchmarkError("the web parts are not built: make web")
    chromium, node = find_chromium(), find_node()
    sections = [_script(script)]
    if chromium is None:
        entry = _entry_files(web_dir / "dashboard")
        what = "what index.html names"
        return [*sections, _bytes(packed(entry, node), what, [NO_BROWSER, *([] if node else [NO_NODE])])]
    loads = asyncio.run(_tracked(chromium, folder, rounds))
    looks = asyncio.run(_dashboard(chromium, folder, rounds))
    files = [text for look in looks[:1] for text in look.files]
    what = f"{len(files)} files of a first visit to a site"
    return [
        *sections,
        _main_thread(loads),
        _bytes(packed(files, node), what, [] if node else [NO_NODE]),
        _first_look(looks),
    ]


async def _tracked(chromium: str, folder: Path, rounds: int) -> list[PageLoad]:
    async with running_chromium(chromium) as browser:
        return await page_loads(browser, folder, rounds)


async def _dashboard(chromium: str, folder: Path, rounds: int) -> list[DashboardLoad]:
    async with running_chromium(chromium) as browser:
        return await first_looks(browser, folder, rounds)


def _entry_files(folder: Path) -> list[bytes]:
    page = folder / "index.html"
    names = _ENTRY.findall(page.read_text())
    return [page.read_bytes(), *((folder / name.lstrip("/")).read_bytes() for name in names)]


def _script(script: Path) -> Section:
    rows = [ResultRow(what="uncompressed", value=script.stat().st_size, unit="bytes")]
    for name, ending, target in (("gzip", ".gz", TRACKER_BYTES), ("brotli", ".br", None)):
        file = script.with_name(script.name + ending)
        if file.exists():
            rows.append(ResultRow(what=name, value=file.stat().st_size, unit="bytes", target=target))
    return Section("Tracker: the script", rows)


def _main_thread(loads: list[PageLoad]) -> Section:
    rows = [
        over_rounds("in scripts", [load.script_ms for load in loads], "ms"),
        over_rounds("in all tasks", [load.more_ms for load in loads], "ms"),
    ]
    notes = [
        "processor time minus that of the same page without it, from its start to half a second after it loaded; "
        "the page has no other script; empty cache"
    ]
    return Section("Tracker: main thread of a page with it", rows, notes)


def _bytes(total: CompressedSizes, what: str, notes: list[str]) -> Section:
    rows = [
        ResultRow(what=f"uncompressed: {what}", value=total.plain, unit="bytes"),
        ResultRow(what="gzip", value=total.gzip, unit="bytes", target=DASHBOARD_BYTES),
    ]
    if total.brotli is not None:
        rows.append(ResultRow(what="brotli", value=total.brotli, unit="bytes"))
    return Section("Dashboard: bytes of the first load", rows, notes)


def _first_look(looks: list[DashboardLoad]) -> Section:
    rows = [
        over_rounds("first paint", [look.paint_ms for look in looks], "ms", PAINT_MS),
        over_rounds("numbers shown", [look.numbers_ms for look in looks], "ms"),
        over_rounds("layout shift", [look.moved for look in looks]),
    ]
    return Section("Dashboard: first visit, empty cache, API on this machine", rows)
