"""A real browser, the system's Chromium, and a real JupyterLab."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 60.0  # seconds for a step

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A home for Jupyter, with our kernel as this interpreter runs it; ``notebooks`` is what it serves."""
    spec = {
        "argv": [sys.executable, "-m", "l1kernel", "-f", "{connection_file}"],
        "display_name": "L1",
        "language": "l1",
    }
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    files = {
        "share/kernels/l1/kernel.json": json.dumps(spec),
        "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings": json.dumps(quiet),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "notebooks").mkdir()
    return tmp_path


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "JUPYTER_PATH": str(folder / "share"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def server(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The address of a JupyterLab of our own."""
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--expose-app-in-browser"]
    options = ["--IdentityProvider.token=secret", "--ServerApp.port=0", f"--ServerApp.root_dir={folder / 'notebooks'}"]
    log = folder / "server.log"
    with log.open("w") as sink:
        process = subprocess.Popen([*command, *options], env=environment, stdout=sink, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + DEADLINE
        while not (found := list((folder / "runtime").glob("jpserver-*.json"))):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield json.loads(found[0].read_text())["url"]
    finally:
        process.terminate()
        process.wait(DEADLINE)


@pytest.fixture(scope="session")
def open_notebook() -> Callable[[Page, str], None]:
    """Goes to a notebook's address and waits until its kernel is there."""

    def opened(page: Page, address: str) -> None:
        page.set_default_timeout(DEADLINE * 1000)
        page.goto(address)
        page.wait_for_selector(".jp-Notebook .jp-Cell .cm-content")
        page.evaluate(
            """async () => {
                const { sessionContext } = jupyterapp.shell.currentWidget.context;
                await sessionContext.ready;
                await sessionContext.session.kernel.info;
            }"""
        )

    return opened
