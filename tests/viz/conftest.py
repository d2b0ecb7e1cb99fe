"""A real browser for the tests of plots: the system's Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "these tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def points() -> str:
    """JavaScript: the plots in a page, for each the number of points of each series, in the order of the legend."""
    return """() => (window.Bokeh?.documents ?? []).map((document) => document.roots()[0].renderers
        .filter((_, i) => i % 2 === 0).map((line) => line.data_source.get_length() ?? 0))"""
