"""A real Chromium: the machine's own, driven by Playwright."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Playwright turns the back/forward cache off; visitors have it on.
UNWANTED_ARGUMENTS = ["--disable-back-forward-cache"]


def chromium_path() -> str:
    """Skips the test where there is no Chromium; under CI, where there must be one, fails it."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    message = "NO CHROMIUM: nothing was proven in a real browser. Install it: apt-get install chromium"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    path = chromium_path()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS, ignore_default_args=UNWANTED_ARGUMENTS
        )
        try:
            yield browser
        finally:
            await browser.close()
