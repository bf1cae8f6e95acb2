"""A page with the tracker and the same page without it, loaded in turns."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser, CDPSession

from benchmarks.processes import all_cores, free_port
from benchmarks.servers import SITE, running_collector, running_valkey, settings_for
from common.connections import connect_redis
from common.registry import RegisteredSite, publish

_AFTER_LOAD_SECONDS = 0.5
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<link rel="icon" href="data:,">{script}</head><body><h1>A page</h1>{text}</body></html>"""
_TEXT = '<p>Some words that a reader would read, and <a href="/elsewhere">a link</a>.</p>' * 100


@dataclass(frozen=True, slots=True)
class PageLoad:
    """Milliseconds of the main thread's processor time, without waiting for other work of the machine."""

    script_ms: float
    """In scripts, minus those of the same page without the tracker."""
    more_ms: float
    """In all tasks, minus those of the same page without the tracker."""


async def page_loads(browser: Browser, folder: Path, rounds: int) -> list[PageLoad]:
    async with AsyncExitStack() as stack:
        valkey = stack.enter_context(running_valkey(folder, fsync="everysec", cores=all_cores()))
        port = free_port()
        script = f'<script defer src="http://127.0.0.1:{port}/uv.js" data-site="{SITE}"></script>'
        origin = await _serve(stack, script)
        redis = connect_redis(settings_for(valkey.url).redis)
        stack.push_async_callback(redis.aclose)
        await publish(redis, [RegisteredSite(id=1, name=SITE, origins=(origin,))])
        stack.enter_context(running_collector(valkey.url, folder, all_cores(), port=port))
        await _load(browser, f"{origin}/tracked")
        return [await _pair(browser, origin) for _ in range(rounds)]


async def _serve(stack: AsyncExitStack, script: str) -> str:
    """Serve both pages and return their URL."""

    async def plain(_request: web.Request) -> web.Response:
        return web.Response(text=_PAGE.format(script="", text=_TEXT), content_type="text/html")

    async def tracked(_request: web.Request) -> web.Response:
        return web.Response(text=_PAGE.format(script=script, text=_TEXT), content_type="text/html")

    app = web.Application()
    app.add_routes([web.get("/plain", plain), web.get("/tracked", tracked)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _pair(browser: Browser, origin: str) -> PageLoad:
    own, without = await _load(browser, f"{origin}/plain")
    script, tasks = await _load(browser, f"{origin}/tracked")
    return PageLoad(script - own, tasks - without)


async def _load(browser: Browser, url: str) -> tuple[float, float]:
    """Return milliseconds in scripts and in all tasks, in a browser with an empty cache."""
    context = await browser.new_context()
    try:
        page = await context.new_page()
        tools = await context.new_cdp_session(page)
        await tools.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = await _metrics(tools)
        await page.goto(url, wait_until="load")
        await asyncio.sleep(_AFTER_LOAD_SECONDS)
        after = await _metrics(tools)
        script, tasks = ((after[name] - before[name]) * 1000 for name in ("ScriptDuration", "TaskDuration"))
        return script, tasks
    finally:
        await context.close()


async def _metrics(tools: CDPSession) -> dict[str, float]:
    found = await tools.send("Performance.getMetrics")
    return {metric["name"]: metric["value"] for metric in found["metrics"]}
